/**
 * The programs that only carry a command to this process: `npx`, its shell, `deno task`. A signal that
 * is meant for the command may end one of them alone, for npx passes it on to a shell that dies of it.
 * Linux only: elsewhere none is found.
 *
 * @module
 */
import { basename } from "node:path";
import { readProcFile } from "../../pipeline/files/proc.ts";

/** A process, told from a later one of the same id by when it began. */
interface RunningProcess {
  readonly pid: number;
  /** In the system's clock ticks since it was started. */
  readonly began: string;
  readonly parent: number;
}

/** More programs than this are between no user and a command. */
const MOST = 16;

/** How often the wrappers are looked at. */
const WATCH_MILLISECONDS = 500;

/** The wrappers of this process, the nearest first. */
function findWrappers(): readonly RunningProcess[] {
  const ancestors: RunningProcess[] = [];
  for (let pid = Deno.ppid; pid > 1 && ancestors.length < MOST;) {
    const ancestor = readProcess(pid);
    if (!ancestor) break;
    ancestors.push(ancestor);
    pid = ancestor.parent;
  }
  return ancestors.slice(0, countWrappers(ancestors.map(({ pid }) => readArguments(pid))));
}

/** What is to be done when a wrapper ends, by those who watch: the last of them does it. */
const watchers: (() => void)[] = [];

/**
 * Calls `onEnd` once a wrapper that runs now has ended, or at once where npx is gone already; while
 * somebody has begun to watch later, that one's is called instead.
 *
 * @returns what ends the watch.
 */
export function watchWrappers(onEnd: () => void): () => void {
  watchers.push(onEnd);
  const unwatch = watchers.length === 1 ? startToWatch() : () => {};
  return () => {
    watchers.splice(watchers.lastIndexOf(onEnd), 1);
    if (watchers.length === 0) unwatch();
  };
}

function startToWatch(): () => void {
  const wrappers = findWrappers();
  const lost = hasLostRunner(wrappers);
  if (wrappers.length === 0 && !lost) return () => {};
  const timer = setInterval(() => {
    if (!lost && wrappers.every(isRunning)) return;
    clearInterval(timer);
    watchers.at(-1)?.();
  }, lost ? 0 : WATCH_MILLISECONDS);
  Deno.unrefTimer(timer);
  return () => clearInterval(timer);
}

/**
 * Whether npx began this command and is gone, so that its orphans belong to the system: a signal came
 * before anyone listened.
 */
function hasLostRunner(wrappers: readonly RunningProcess[]): boolean {
  const begunByNpx = readVariable("npm_lifecycle_event") === "npx" &&
    readVariable("npm_lifecycle_script")?.includes("deno");
  if (!begunByNpx) return false;
  if (wrappers.some(({ pid }) => isRunner(readArguments(pid)))) return false;
  const above = wrappers.at(-1)?.parent ?? Deno.ppid;
  return above === 1 || /\(systemd\)/.test(readProcFile(`/proc/${above}/stat`));
}

function readVariable(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) : undefined;
}

/** Whether a process has not ended, nor left its id to another. */
function isRunning({ pid, began }: RunningProcess): boolean {
  return readProcess(pid)?.began === began;
}

/**
 * How many of a process's ancestors are wrappers, the nearest first: `deno task`, a package runner, and
 * a shell that one has started.
 *
 * @param lines the command line of each, by arguments.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const lines = [["deno", "task", "train"], ["sh", "-c", "deno task train"], ["npm exec deno"], ["bash"]];
 * assert.equal(countWrappers(lines), 3);
 * ```
 */
export function countWrappers(lines: readonly (readonly string[])[]): number {
  const first = lines.findIndex((line, at) =>
    !isTask(line) && !isRunner(line) && !(isShell(line) && isRunner(lines[at + 1] ?? []))
  );
  return first < 0 ? lines.length : first;
}

function isTask([program = "", ...args]: readonly string[]): boolean {
  return /^deno(\.exe)?$/.test(basename(program)) &&
    args.find((argument) => !argument.startsWith("-")) === "task";
}

/** npm gives its process a title, such as `npm exec deno@2.9.6`; others stand there as scripts. */
function isRunner([program = "", ...args]: readonly string[]): boolean {
  if (/^(npm|npx|pnpm|pnpx|yarn|bunx?) /.test(program)) return true;
  const names = [program, ...args.slice(0, 3)].map((argument) => basename(argument));
  return /^(node|bun)$/.test(names[0]!)
    ? names.slice(1).some((name) =>
      /^(npm|npx|pnpm|pnpx|yarn|corepack)([-.].*)?$|^bin\.cjs$/.test(name)
    )
    : /^(npm|npx|pnpm|pnpx|yarn|bunx)$/.test(names[0]!);
}

function isShell([program = "", option]: readonly string[]): boolean {
  return /^(sh|dash|bash|ash|zsh)$/.test(basename(program)) && option === "-c";
}

/** A process that runs; undefined for one that has ended, whether or not its parent knows. */
function readProcess(pid: number): RunningProcess | undefined {
  const stat = readProcFile(`/proc/${pid}/stat`);
  // `pid (name) state parent …`: the name may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent] = fields;
  const began = fields[19];
  if (began === undefined || state === "Z" || state === "X") return undefined;
  return { pid, began, parent: Number(parent) };
}

function readArguments(pid: number): readonly string[] {
  return readProcFile(`/proc/${pid}/cmdline`).split("\0").filter((argument) => argument !== "");
}
