/**
 * Finds out what an experiment has to do, measures what it will cost, and says so.
 *
 * @module
 */
import { counted, formatDuration } from "../cli/format.ts";
import { say } from "../cli/print.ts";
import { createForecast, type Forecast } from "./forecast.ts";
import type { PlanEntry } from "./plan_table.ts";
import type { PlannedExperiment } from "./planned.ts";
import { readStatus } from "./status.ts";
import { formatStatus, runTitle } from "./words.ts";

/** The runs of a plan as they stand, and how long the rest will take. */
export interface Outlook {
  readonly forecast: Forecast;
  /** Every run of the plan, in order. */
  readonly entries: readonly PlanEntry[];
}

/** `Sweep of …: 9 runs, on data/top50 (800 train, 100 dev, 100 test documents)`. */
export function planTitle({ experiment, dataset, runs }: PlannedExperiment): string {
  const { train, dev, test } = dataset.manifest.documents;
  return `${experiment.title}: ${counted(runs.length, "run")}, on ${dataset.directory} ` +
    `(${train} train, ${dev} dev, ${test} test documents)`;
}

/** Says a line for each run, and one for all. An interrupt ends it early. */
export async function announce(
  plan: PlannedExperiment,
  engineTitle: string,
  interrupt: AbortSignal,
): Promise<Outlook> {
  say(`${planTitle(plan)}, preset ${plan.preset}, engine ${engineTitle}`);
  const forecast = createForecast(plan.dataset);
  const entries: PlanEntry[] = [];
  for (const run of plan.runs) {
    const status = await readStatus(plan.out, run);
    const seconds = await forecast.add(run, status);
    entries.push({ run, status, seconds });
    const cost = seconds > 0 ? `, about ${formatDuration(seconds)}` : "";
    say(`  ${runTitle(run)}: ${formatStatus(status, run)}${cost}`);
    if (interrupt.aborted) return { forecast, entries };
  }
  const seconds = forecast.left();
  if (seconds > 0) {
    say(
      `about ${formatDuration(seconds)} in all by steps measured here, less where training stops ` +
        `early; ${(forecast.bytes() / 1e9).toFixed(2)} GB of checkpoints`,
    );
  }
  return { forecast, entries };
}
