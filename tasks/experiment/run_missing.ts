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
import type { PlannedRun } from "./plan.ts";
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
  const { runs, out } = plan;
  const failed: Failure[] = [];
  for (const run of runs) {
    const tell = teller(plan, run);
    const title = runTitle(run);
    if (await readResult(runDirectory(out, run))) {
      tell(`${title}: finished before`);
      continue;
    }
    const left = `${formatDuration(forecast.left())} left in all`;
    tell(`${title}: about ${formatDuration(forecast.of(run))}, ${left}`);
    const begun = performance.now();
    try {
      await executeAloud(run, plan, how);
    } catch (error) {
      if (!(error instanceof ReportedError)) throw error;
      failed.push({ run, failure: error.message, exitCode: error.exitCode });
      tell(`${title} failed: ${error.message}`);
    }
    forecast.done(run, (performance.now() - begun) / 1000);
    await write(failed);
    if (how.interrupt.aborted) break;
  }
  return failed;
}

/** Executes one run of a plan, and says what came of it unless it was interrupted. Throws as {@linkcode executeRun} does. */
export async function executeAloud(
  run: PlannedRun,
  plan: PlannedExperiment,
  how: Execution,
): Promise<void> {
  const tell = teller(plan, run);
  const begun = performance.now();
  const result = await executeRun(run, { ...plan, ...how, write: tell });
  if (!result) return;
  const seconds = (performance.now() - begun) / 1000;
  const outcome = formatOutcome(result, plan.experiment);
  tell(`${runTitle(run)}: ${outcome}; ${formatDuration(seconds)}`);
}

/** Says lines that begin with the run's number in the plan. */
function teller({ runs }: PlannedExperiment, run: PlannedRun): (line: string) => void {
  const place = `[${runs.indexOf(run) + 1}/${runs.length}]`;
  return (line) => say(`${place} ${line}`);
}
