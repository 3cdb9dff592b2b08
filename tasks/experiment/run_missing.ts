/**
 * Executes the runs of an experiment that have no result yet.
 *
 * @module
 */
import { ReportedError } from "../../pipeline/errors.ts";
import { formatDuration } from "../cli/format.ts";
import { say } from "../cli/print.ts";
import { executeRun, type Execution } from "./execute.ts";
import type { Forecast } from "./forecast.ts";
import type { PlannedExperiment } from "./planned.ts";
import { readResult } from "./result.ts";
import { runDirectory } from "./status.ts";
import type { FailedRun } from "./summary_table.ts";
import { formatOutcome, runTitle } from "./words.ts";

/** A run that failed, and with which exit code. */
export interface Failure extends FailedRun {
  readonly exitCode: number;
}

/**
 * Executes run after run, and says so. A run that fails is noted, and the others go on; an interrupt
 * ends it after the step in progress. After each run the tables are written, so that whatever happens
 * later, there is one of what is finished.
 */
export async function runMissing(
  plan: PlannedExperiment,
  how: Execution,
  { forecast, write }: {
    readonly forecast: Forecast;
    /** Writes tables of what is finished, and of the runs that failed so far. */
    readonly write: (failed: readonly FailedRun[]) => Promise<unknown>;
  },
): Promise<Failure[]> {
  const { runs, out, experiment } = plan;
  const failed: Failure[] = [];
  for (const [at, run] of runs.entries()) {
    const tell = (line: string) => say(`[${at + 1}/${runs.length}] ${line}`);
    const title = runTitle(run);
    if (await readResult(runDirectory(out, run))) {
      tell(`${title}: finished before`);
      continue;
    }
    const left = `${formatDuration(forecast.left())} left in all`;
    tell(`${title}: about ${formatDuration(forecast.of(run))}, ${left}`);
    const begun = performance.now();
    const elapsed = () => (performance.now() - begun) / 1000;
    try {
      const result = await executeRun(run, { ...plan, ...how, write: tell });
      if (result) {
        const outcome = formatOutcome(result, experiment);
        tell(`${title}: ${outcome}; ${formatDuration(elapsed())}`);
      }
    } catch (error) {
      if (!(error instanceof ReportedError)) throw error;
      failed.push({ run, failure: error.message, exitCode: error.exitCode });
      tell(`${title} failed: ${error.message}`);
    }
    forecast.done(run, elapsed());
    await write(failed);
    if (how.interrupt.aborted) break;
  }
  return failed;
}
