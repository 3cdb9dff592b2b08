/**
 * What every command line has in common: declaring options, turning an error into one line and an
 * exit code.
 *
 * @module
 */
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { ReportedError } from "../../pipeline/errors.ts";

export { Command, InvalidArgumentError, Option } from "commander";

/** A command named `deno task <name>` with `--help`; usage errors exit with 2. */
export function createCommand(name: string, description: string): Command {
  return new Command(`deno task ${name}`)
    .description(description)
    .showHelpAfterError("(--help lists every option)")
    .exitOverride();
}

/**
 * Parses `args`, runs the command's action and ends the process with its exit code. An error that is
 * not a {@linkcode ReportedError} is a defect of this program and keeps its stack trace.
 */
export async function runCommand(command: Command, args: readonly string[]): Promise<void> {
  try {
    await command.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) Deno.exit(error.exitCode === 0 ? 0 : 2);
    if (error instanceof ReportedError) {
      console.error(`error: ${stripControls(error.message)}`);
      Deno.exit(error.exitCode);
    }
    console.error(error);
    Deno.exit(1);
  }
}

/** Parses a whole number option. */
export function integer(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new InvalidArgumentError("expected a whole number");
  return number;
}

/** Parses a whole number option that counts something. */
export function naturalNumber(value: string): number {
  const number = integer(value);
  if (number < 0) throw new InvalidArgumentError("expected 0 or more");
  return number;
}

/** Parses a probability option. */
export function probability(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !(number >= 0 && number <= 1)) {
    throw new InvalidArgumentError("expected a number from 0 to 1");
  }
  return number;
}

/** Removes terminal control characters, which file names and titles may carry. */
export function stripControls(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}

/** Gathers the values of an option that may be repeated. */
export function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}
