/**
 * What every command line has in common: its name, its help, and an error as one line with an exit
 * code.
 *
 * @module
 */
import { Command, CommanderError } from "commander";
import { ReportedError } from "../../pipeline/errors.ts";
import { say } from "./print.ts";

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
      say(`error: ${error.message.replace(/\s+/g, " ")}`);
      Deno.exit(error.exitCode);
    }
    say(Deno.inspect(error));
    Deno.exit(1);
  }
}
