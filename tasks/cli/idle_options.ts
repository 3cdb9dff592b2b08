/**
 * Options that change nothing as the rest of the command line is. They are refused: whoever gave one
 * expected something of it.
 *
 * @module
 */
import type { Command } from "commander";
import { UsageError } from "../../pipeline/errors.ts";

/** Options that change nothing beside another one, or without it. */
export interface IdleOptions {
  /** As they are typed: `--share`. */
  readonly options: readonly string[];
  /** The option beside which they change nothing. */
  readonly beside?: string | undefined;
  /** Values of that option with which this is so; all by default. */
  readonly values?: readonly unknown[] | undefined;
  /** The option without which they change nothing. */
  readonly without?: string | undefined;
}

/** Lets a command refuse idle options before its action, with {@linkcode UsageError}. */
export function refuseIdle(command: Command, idle: readonly IdleOptions[]): Command {
  return command.hook("preAction", (own) => idle.forEach((some) => refuse(own, some)));
}

function refuse(command: Command, { options, beside, values, without }: IdleOptions): void {
  const option = options.find((option) => isGiven(command, option));
  if (option === undefined) return;
  if (without !== undefined && !isGiven(command, without)) {
    throw new UsageError(
      `reading options: ${option} changes nothing without ${without}; add that, or leave ${option} out`,
    );
  }
  if (beside === undefined || !isGiven(command, beside)) return;
  const value = command.getOptionValue(nameOf(command, beside));
  if (values && !values.includes(value)) return;
  const other = values ? `${beside} ${value}` : beside;
  throw new UsageError(
    `reading options: ${option} changes nothing beside ${other}; leave one of them out`,
  );
}

function isGiven(command: Command, option: string): boolean {
  return command.getOptionValueSource(nameOf(command, option)) === "cli";
}

/** The name under which commander keeps an option that the command declares. */
function nameOf({ options }: Command, option: string): string {
  return options.find(({ long }) => long === option)!.attributeName();
}
