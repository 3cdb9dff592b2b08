/**
 * Runs and what came of them as lines of progress say it.
 *
 * @module
 */
import { counted, formatPercent } from "../cli/format.ts";
import { metricTitle } from "../report/metrics.ts";
import type { Experiment } from "./experiment.ts";
import type { PlannedRun } from "./plan.ts";
import type { RunResult } from "./result.ts";
import type { RunStatus } from "./status.ts";

/** `CNN, seed 1`. */
export function runTitle({ rows, config }: PlannedRun): string {
  return `${rows.join(" and ")}, seed ${config.seed}`;
}

/** `begun, goes on in epoch 3 of 20`; `…, in the queue` where SLURM has a task for what is left. */
export function formatStatus(status: RunStatus, run: PlannedRun, queued = false): string {
  const left = formatLeft(status, run);
  return queued && status.kind !== "finished" ? `${left}, in the queue` : left;
}

function formatLeft(status: RunStatus, { config }: PlannedRun): string {
  switch (status.kind) {
    case "finished":
      return "finished";
    case "trained":
      return "trained, to be evaluated";
    case "begun":
      return `begun, goes on in epoch ${status.state.epoch + 1} of ${config.epochs}`;
    case "new":
      return `to be trained, ${counted(config.epochs, "epoch")}`;
  }
}

/** `micro F1 71.8, P@5 67.3 on test after 12 epochs`. */
export function formatOutcome(
  result: RunResult,
  { target, columns }: Pick<Experiment, "target" | "columns">,
): string {
  const { values: byMetric } = result.tasks[target]!;
  const values = columns.map((metric) =>
    `${metricTitle(metric)} ${formatPercent(byMetric[metric] ?? NaN, "–")}`
  );
  return `${values.join(", ")} on ${result.split} after ${counted(result.epochs, "epoch")}`;
}
