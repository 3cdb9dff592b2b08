/** The commands of `tasks/` in this process: their own parsers and actions, without a process for each. */
import { type Command, CommanderError } from "commander";
import { basename, join } from "node:path";
import { createdCommand } from "../../tasks/cli/command.ts";
import { describeFailure, type Ending } from "../../tasks/cli/failure.ts";

/** How a command ended that was called. */
export interface Called extends Ending {
  /** Whether it was still at it when its time was over. */
  readonly hung: boolean;
}

/** What an action that ends the process throws here. */
class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

const folder = join(import.meta.dirname!, "..", "..", "tasks");

/** Names of all commands: the files of `tasks/`. */
export function commandNames(): string[] {
  return [...Deno.readDirSync(folder)].filter(({ isFile, name }) => isFile && name.endsWith(".ts"))
    .map(({ name }) => basename(name, ".ts")).sort();
}

/** The command that a file of `tasks/` declares. */
export async function loadCommand(name: string): Promise<Command> {
  await import(join(folder, `${name}.ts`));
  const command = createdCommand(name);
  if (!command) throw new Error(`tasks/${name}.ts declares no command`);
  return command.configureOutput({ writeErr: () => {} });
}

/** Options and arguments of a command that stand for a path: `--notes`, `--run`, `[file]`. */
export function pathOptions(command: Command): string[] {
  const isPath = (flags: string) =>
    /<(?:files?|folders?|list|director(?:y|ies)|path)\b/.test(flags);
  const options = command.options.filter(({ flags }) => isPath(flags)).map(({ long }) => long!);
  const isPathName = (name: string) => /^(?:file|folder)s?$/.test(name);
  const named = command.registeredArguments.map((argument) => argument.name()).filter(isPathName);
  return [...options, ...named.map((name) => `[${name}]`)];
}

/** Calls a command as its process would, for so many seconds at most. */
export async function callCommand(
  command: Command,
  args: readonly string[],
  seconds: number,
): Promise<Called> {
  const { exit } = Deno;
  Deno.exit = (code = 0): never => {
    throw new Exit(code);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) =>
    timer = setTimeout(resolve, seconds * 1000, "late")
  );
  try {
    const ended = await Promise.race([late, command.parseAsync(args, { from: "user" })]);
    return { message: "", exitCode: 0, hung: ended === "late" };
  } catch (error) {
    if (error instanceof Exit) return { message: "", exitCode: error.code, hung: false };
    if (error instanceof CommanderError) {
      return { message: error.message, exitCode: error.exitCode === 0 ? 0 : 2, hung: false };
    }
    return { ...describeFailure(error), hung: false };
  } finally {
    clearTimeout(timer);
    Deno.exit = exit;
  }
}
