/**
 * The planned runs that are finished, in whatever process they were trained.
 *
 * @module
 */
import type { PlannedRun } from "./plan.ts";
import { readResult, type RunResult } from "./result.ts";
import { runDirectory } from "./status.ts";

/** A planned run that is done, with its result. */
export interface FinishedRun {
  readonly run: PlannedRun;
  readonly result: RunResult;
}

/** Those of the runs that have a result. */
export async function readFinished(
  out: string,
  runs: readonly PlannedRun[],
): Promise<FinishedRun[]> {
  const results = await Promise.all(runs.map((run) => readResult(runDirectory(out, run))));
  return runs.flatMap((run, at) => {
    const result = results[at];
    return result ? [{ run, result }] : [];
  });
}

/** The engines that evaluated these runs, in words. */
export function enginesOf(finished: readonly FinishedRun[]): string {
  const engines = new Set(finished.map(({ result }) => result.engine ?? "not recorded"));
  return engines.size === 0 ? "none yet" : [...engines].join(" and ");
}
