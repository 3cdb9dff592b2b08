/**
 * Options of commands whose work can be an array job of SLURM.
 *
 * @module
 */
import { InvalidArgumentError, Option } from "commander";
import { choiceOption } from "../cli/options.ts";
import { collect } from "../cli/values.ts";
import { ARRAY_LIMIT } from "./script.ts";

/** What becomes of the job's script. */
export type SlurmMode = "submit" | "write";

const MODES: readonly SlurmMode[] = ["submit", "write"];

/** `--slurm`: a {@linkcode SlurmMode}. */
export function slurmOption(description: string): Option {
  return choiceOption("--slurm [how]", description, MODES).preset("submit");
}

/** `--sbatch`: options of `sbatch`, as they stand in a script behind `--`. */
export function sbatchOption(): Option {
  return new Option(
    "--sbatch <option>",
    "an option of sbatch for --slurm, such as time=4:00:00, gres=gpu:1 or array=%4 (so many tasks at " +
      "once); may be repeated",
  ).argParser((text, options?: readonly string[]) => collect(checkedOption(text), options));
}

/** The job is known by its name, and the plan decides which tasks it has. */
function checkedOption(text: string): string {
  const [, name] = /^([a-z][a-z-]*)(=[^\p{Cc}]*)?$/u.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("expected NAME=VALUE or NAME");
  if (name === "array" && !ARRAY_LIMIT.test(text)) {
    throw new InvalidArgumentError("the plan decides the array; array=%4 lets 4 tasks run at once");
  }
  if (name === "job-name" || name === "wrap") {
    throw new InvalidArgumentError(`${name} is the script's own`);
  }
  if (name === "test-only") {
    throw new InvalidArgumentError(
      "nothing would be submitted; --slurm=write writes the script alone",
    );
  }
  return text;
}

/** Options of a command line that say what becomes of its work, and not which work it is. */
const ABOUT_THE_JOB: { readonly [option: string]: "value" | "choice" | "none" } = {
  "--slurm": "choice",
  "--sbatch": "value",
  "--json": "none",
  "--dry-run": "none",
  "--quiet": "none",
};

/**
 * A command line without what is about the job: what a task of the array gives.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const args = ["--slurm", "write", "--sbatch", "time=1:00:00", "--seeds=3", "--json"];
 * assert.deepEqual(workArguments(args), ["--seeds=3"]);
 * ```
 */
export function workArguments(args: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const argument = args[at]!;
    const takes = ABOUT_THE_JOB[argument.split("=", 1)[0]!];
    if (takes === undefined) kept.push(argument);
    else if (!argument.includes("=") && isValue(takes, args[at + 1])) at++;
  }
  return kept;
}

function isValue(takes: "value" | "choice" | "none", next: string | undefined): boolean {
  return takes === "value" || (takes === "choice" && MODES.some((mode) => mode === next));
}

/** What a command line asks SLURM for, as it is written; undefined where nothing. */
export function slurmMode(args: readonly string[]): string | undefined {
  const at = args.findLastIndex((argument) => /^--slurm(=|$)/.test(argument));
  if (at < 0) return undefined;
  const [, given] = args[at]!.split("=");
  const next = args[at + 1];
  return given ?? (next === undefined || next.startsWith("-") ? "submit" : next);
}
