/**
 * Whether a dataset has labels for all that is to be trained on it.
 *
 * @module
 */
import { tasksOf } from "../../model/zoo/blocks.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { type PerTask, TASKS } from "../../pipeline/schema.ts";
import type { Experiment } from "./experiment.ts";
import type { PlannedRun } from "./plan.ts";

/** What lacks in a dataset without labels of a task, as options of `prepare`. */
const remedies: PerTask<string> = { icd: "codes", ccs: "--ccs, --groups or --group-prefix" };

/** Refuses runs for whose label sets the dataset has no labels. Throws {@linkcode UsageError}. */
export function requireLabels(
  { id, asTrained }: Experiment,
  runs: readonly PlannedRun[],
  { directory, labels }: Dataset,
): void {
  for (const task of TASKS.filter((task) => labels[task].length === 0)) {
    const needs = ({ config }: PlannedRun) => tasksOf(config).includes(task);
    const needing = rowNames(runs.filter(needs));
    if (needing.length === 0) continue;
    const others = rowNames(runs.filter((run) => !needs(run)));
    const verb = needing.length === 1 ? "needs" : "need";
    const leaveOut = asTrained
      ? ""
      : `, or leave them out: --models ${JSON.stringify(others.join(","))}`;
    throw new UsageError(
      `planning ${id} on ${directory}: ${needing.join(", ")} ${verb} ${task.toUpperCase()} ` +
        `labels and it has none; prepare it with ${remedies[task]}` +
        (others.length > 0 ? leaveOut : ""),
    );
  }
}

function rowNames(runs: readonly PlannedRun[]): string[] {
  return [...new Set(runs.flatMap(({ rows }) => rows))];
}
