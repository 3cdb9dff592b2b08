/**
 * The paths that a command line names, and where they lie.
 *
 * @module
 */
import { dirname, isAbsolute, join, normalize } from "node:path";

/**
 * Every argument that may be a path, and what follows a `=` in it: `--out=DIR`, `train=FILE`,
 * `--set model.checkpoint=FOLDER`. Most options' values are none; a path more that is nowhere harms
 * nothing, and one less would keep a command from what it was told to read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(namedPaths(["--notes", "dev=a.csv", "--force"]), ["dev=a.csv", "a.csv"]);
 * ```
 */
export function namedPaths(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return args.flatMap((argument, at) => {
    if (at === end) return [];
    const parts = argument.split("=");
    const values = parts.map((_, from) => parts.slice(from).join("="));
    const isOption = argument.startsWith("-") && (end < 0 || at < end);
    return (isOption ? values.slice(1) : values).filter((value) => value !== "");
  });
}

/** The last value of an option that takes one; undefined where it is not given. */
export function optionValue(args: readonly string[], option: string): string | undefined {
  const values = args.flatMap((argument, at) =>
    argument === option
      ? args.slice(at + 1, at + 2)
      : argument.startsWith(`${option}=`)
      ? [argument.slice(option.length + 1)]
      : []
  );
  return values.at(-1);
}

/** The script of a task, which runs in a process of its own. */
export function scriptOf(task: string): string {
  return join(import.meta.dirname!, "..", `${task}.ts`);
}

/** A path from the root on, without `.` and `..`. */
export function absolute(path: string): string {
  return normalize(isAbsolute(path) ? path : join(Deno.cwd(), path));
}

/**
 * A path as it is given and as it lies, links followed, and then those directly in a folder: permissions
 * go by names, and a folder of tables is often one of links.
 */
export function withLinks(path: string): string[] {
  const links = entriesOf(path).filter(({ isSymlink }) => isSymlink);
  return [path, realPath(path), ...links.map(({ name }) => realPath(join(path, name)))];
}

/** Where a path leads; of what is not there yet, where its folder does. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(realPath(folder), path.slice(folder.length));
  }
}

function entriesOf(path: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)];
  } catch {
    return []; // no folder, or none that can be read
  }
}
