/** Commands as users start them: in a process of their own, with the permissions that deno.json names. */
import { fileURLToPath } from "node:url";

/** What became of a finished command. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is started. */
export interface TaskOptions {
  /** What standard input holds; by default there is none. */
  readonly input?: string;
  /** A program with arguments that starts the command. */
  readonly within?: readonly string[];
  /** Environment variables beside this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that it is started in; by default this process's. */
  readonly cwd?: string;
}

const root = new URL("../../", import.meta.url);
const tasks: Readonly<Record<string, { readonly command: string }>> =
  JSON.parse(await Deno.readTextFile(new URL("deno.json", root))).tasks;

/** The command of a task in deno.json. */
export function taskCommand(task: string): string {
  return tasks[task]!.command;
}

/** The tasks in deno.json. */
export function taskNames(): string[] {
  return Object.keys(tasks).sort();
}

/** Environment, flags of `deno run`, script and first arguments of a task's command. */
function parseCommand(task: string) {
  const words = taskCommand(task).split(" "); // NAME=value deno run --allow-… tasks/….ts …
  const program = words.indexOf("deno");
  const script = words.findIndex((word) => word.endsWith(".ts"));
  return {
    variables: Object.fromEntries(words.slice(0, program).map((word) => word.split("="))),
    flags: words.slice(program + 1, script),
    script: fileURLToPath(new URL(words[script]!, root)),
    fixed: words.slice(script + 1),
  };
}

/** The program that `deno task <task> <args>` starts, and its arguments. */
export function taskWords(task: string, args: readonly string[]): readonly string[] {
  const { flags, script, fixed } = parseCommand(task);
  return [Deno.execPath(), ...flags, "--no-check", "--no-prompt", script, ...fixed, ...args];
}

/** Starts `deno task <task> <args>`. */
export function startTask(
  task: string,
  args: readonly string[],
  { input, within = [], env = {}, cwd }: TaskOptions = {},
): Deno.ChildProcess {
  const { variables } = parseCommand(task);
  const [program, ...words] = [...within, ...taskWords(task, args)];
  const child = new Deno.Command(program!, {
    args: words,
    ...cwd === undefined ? {} : { cwd },
    clearEnv: true,
    env: { ...inherited(), NO_COLOR: "1", ...variables, ...env },
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (input !== undefined) {
    const bytes = new TextEncoder().encode(input);
    ReadableStream.from([bytes]).pipeTo(child.stdin).catch(() => {}); // it may end without reading
  }
  return child;
}

/** This process's environment without what its own engine has put there. */
function inherited(): Record<string, string> {
  const { TF_CPP_MIN_LOG_LEVEL: _level, MARN_LOADED_ADDON: _addon, ...rest } = Deno.env.toObject();
  return rest;
}

/** Waits until a command has ended. */
export async function endOf(child: Deno.ChildProcess): Promise<Ended> {
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs `deno task <task> <args>` to its end. */
export function runTask(
  task: string,
  args: readonly string[],
  options: TaskOptions = {},
): Promise<Ended> {
  return endOf(startTask(task, args, options));
}
