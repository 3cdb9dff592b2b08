/**
 * What every command line has in common: its name, its help, and an error as one line with an exit
 * code.
 *
 * @module
 */
import { Command, CommanderError } from "commander";
import { quoted, UsageError } from "../../pipeline/errors.ts";
import { describeFailure } from "./failure.ts";
import { EXAMPLES } from "./examples.ts";
import { beQuiet, insist } from "./print.ts";
import { endAll, giveWay, isFirstRank } from "./ranks.ts";
import { watchWrappers } from "./wrappers.ts";

/** The commands that were created in this process, by their tasks' names. */
const created = new Map<string, Command>();

/** A command named `deno task <name>` with `--help` and `--quiet`; usage errors exit with 2. */
export function createCommand(name: string, description: string): Command {
  const noColors = () => false; // to look for them takes a permission
  const outputError = (text: string, write: (text: string) => void) => write(readable(text));
  const command = new Command(`deno task ${name}`)
    .description(description)
    .showHelpAfterError("(--help lists every option)")
    .configureOutput({ getOutHasColors: noColors, getErrHasColors: noColors, outputError })
    .exitOverride()
    .option("--quiet", "say nothing but results, warnings and errors")
    .hook("preAction", (own) => {
      if (own.opts<{ quiet?: true }>().quiet) beQuiet();
      refuseEmpty(own);
    });
  if (!isFirstRank()) command.configureOutput({ writeErr() {} });
  const examples = EXAMPLES[name];
  if (examples) command.addHelpText("after", `\nExamples:\n${indented(examples)}`);
  created.set(name, command);
  return command;
}

/** The command of a task whose file was imported; undefined where there is none. */
export function createdCommand(name: string): Command | undefined {
  return created.get(name);
}

/** Refuses an option whose value is nothing, such as a variable of a shell that was never set. */
function refuseEmpty(command: Command): void {
  const empty = command.options.find((option) => {
    const value: unknown = command.getOptionValue(option.attributeName());
    return value === "" || (Array.isArray(value) && value.includes(""));
  });
  if (!empty) return;
  throw new UsageError(
    `reading options: ${empty.long} is given an empty text; expected a value; name one, or leave it out`,
  );
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

/**
 * Parses `args`, runs the command's action and ends the process with its exit code. Whatever goes wrong,
 * wherever it does, is one line on stderr.
 */
export async function runCommand(command: Command, args: readonly string[]): Promise<void> {
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    void endWith(event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    void endWith(event.error);
  });
  watchWrappers(() => Deno.exit(143)); // where there is something to save, the command itself watches
  try {
    await command.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) Deno.exit(0);
      await giveWay();
      Deno.exit(2);
    }
    await endWith(error);
  }
}

/** Says what was thrown, and ends the process. */
async function endWith(thrown: unknown): Promise<never> {
  await giveWay();
  const { message, exitCode } = describeFailure(thrown);
  insist(`error: ${message}`);
  endAll(exitCode);
}

/**
 * A message of commander's as ours read, without what was typed where that may be a text, a note that a
 * shell split.
 */
function readable(message: string): string {
  const show = (typed: string) => {
    const said = quoted(typed);
    return said.startsWith('"') ? `'${typed}'` : said;
  };
  return message
    .replace(
      /(argument|value) '(.*)' is invalid/s,
      (_, what, typed) => `${what} ${show(typed)} is invalid`,
    )
    .replace(
      /(unknown option|unknown command) '(.*)'/s,
      (_, what, typed) => `${what} ${show(typed)}`,
    )
    .replace(/(too many arguments.* but got \d+): .*/s, "$1.\n")
    .replace(" is invalid. expected ", " is invalid; expected ");
}
