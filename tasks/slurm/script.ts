/**
 * The script of a SLURM array job: one task of the array is one piece of a plan, by its number.
 *
 * @module
 */
import { join } from "node:path";
import { quoteArgument } from "../cli/format.ts";

/** What an array job does. */
export interface ArrayJob {
  /** By which the queue tells what it has of this plan. */
  readonly name: string;
  /** Of the tasks, ascending from 1. */
  readonly numbers: readonly number[];
  /** Folder of the tasks' output, from the root on. */
  readonly logs: string;
  /** Options of `sbatch` beside the script's own: `time=4:00:00`. */
  readonly options: readonly string[];
  /** What each task gives to `deno`, before its number. */
  readonly args: readonly string[];
}

/** What runs it. */
export interface ScriptHost {
  /** The folder to start in. */
  readonly folder: string;
  /** This machine's Deno, which others may have at the same place. */
  readonly deno: string;
  /** Its version, for those that do not. */
  readonly version: string;
}

/**
 * The script, for any POSIX shell. Where this machine's Deno is not found, npx fetches the same version.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const script = arrayScript(
 *   { name: "marn-sweep", numbers: [1, 2, 4], logs: "/out", options: [], args: ["task", "sweep"] },
 *   { folder: "/marn", deno: "/bin/deno", version: "2.9.6" },
 * );
 * assert.match(script, /^#SBATCH --array=1-2,4$/m);
 * ```
 */
export function arrayScript(
  { name, numbers, logs, options, args }: ArrayJob,
  { folder, deno, version }: ScriptHost,
): string {
  const limit = options.map((option) => ARRAY_LIMIT.exec(option)?.[1]).findLast(Boolean) ?? "";
  const directives = [
    `job-name=${name}`,
    `array=${formatRanges(numbers)}${limit}`,
    `output=${inDirective(`${logs.replaceAll("%", "%%")}/%A_%a.log`)}`,
    "open-mode=append",
    ...options.filter((option) => !ARRAY_LIMIT.test(option)).map(inOption),
  ];
  return [
    "#!/bin/sh",
    ...directives.map((directive) => `#SBATCH --${directive}`),
    "",
    `cd ${quoteArgument(folder)} || exit 2`,
    `set -- ${args.map(quoteArgument).join(" ")} ` +
    '"${SLURM_ARRAY_TASK_ID:?is not set: submit this script with sbatch}"',
    `deno=${quoteArgument(deno)}`,
    '[ -x "$deno" ] && exec "$deno" "$@"',
    `exec npx -y deno@${version} "$@"`,
    "",
  ].join("\n");
}

/** Where a task's script lies in the folder that it writes; its jobs' output lies beside. */
export function scriptPath(out: string, task: string): string {
  return join(out, "slurm", `${task}.sh`);
}

/** How many tasks run at once, as `sbatch` takes it behind the numbers. */
export const ARRAY_LIMIT = /^array=(%[1-9]\d*)$/;

/** `1-3,5`. */
function formatRanges(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range && range[1] === number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => first === last ? `${first}` : `${first}-${last}`).join(",");
}

function inOption(option: string): string {
  const at = option.indexOf("=");
  return at < 0 ? option : `${option.slice(0, at)}=${inDirective(option.slice(at + 1))}`;
}

/** A value as a line of `#SBATCH` takes it. */
function inDirective(value: string): string {
  return /^[\w./:,%@+=-]*$/.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
}
