/**
 * What the command line of `deno task reproduce` asks for: which table or figure, on which dataset.
 *
 * @module
 */
import { join } from "node:path";
import { tasksOf } from "../../model/zoo/blocks.ts";
import { type Dataset, openDataset } from "../../pipeline/dataset/open.ts";
import { DataError, UsageError } from "../../pipeline/errors.ts";
import { type Experiment, experiments, withSystems } from "./experiments.ts";
import type { PlannedRun } from "./plan.ts";
import { TASKS } from "../../pipeline/schema.ts";
import { isFile } from "../../pipeline/files/read.ts";

/** The table or figure asked for, by number. */
export interface Choice {
  /** Number of a table. */
  readonly table?: number;
  /** Number of a figure. */
  readonly figure?: number;
  /** Names of rows or systems, joined by commas. */
  readonly models?: string;
}

/** The experiment asked for. Throws {@linkcode UsageError}. */
export function chooseExperiment({ table, figure, models }: Choice): Experiment {
  const given = Object.entries({ table, figure }).flatMap(([kind, number]) =>
    number === undefined ? [] : [{ id: `${kind}-${number}`, flag: `--${kind} ${number}` }]
  );
  const found = experiments.find(({ id }) => id === given[0]?.id);
  if (given.length !== 1 || !found) {
    throw new UsageError(
      `choosing what to reproduce: given ${
        given.map(({ flag }) => flag).join(" ") || "nothing"
      }, ` +
        `expected one of ` +
        experiments.map(({ id }) => `--${id.replace("-", " ")}`).join(", "),
    );
  }
  if (models === undefined) return found;
  return withSystems(found, models.split(",").map((name) => name.trim()));
}

/**
 * Opens the dataset that an experiment wants: `data` itself or, where that holds several, the one with
 * the experiment's labels. Throws {@linkcode UsageError} for other labels, {@linkcode DataError} where
 * there is nothing to train on.
 */
export async function chooseDataset(data: string, experiment: Experiment): Promise<Dataset> {
  const { id, labelSet } = experiment, inner = join(data, labelSet);
  const several = !await isDataset(data) && await isDataset(inner);
  const dataset = await openDataset(several ? inner : data);
  const { labelSet: present, documents: { train, dev } } = dataset.manifest;
  if ((present === "full") !== (labelSet === "full")) {
    throw new UsageError(
      `reproducing ${id} on ${data}: its label set is ${present}, expected ${labelSet}; ` +
        `name the ${labelSet} directory that prepare wrote beside it`,
    );
  }
  if (train === 0 || dev === 0) {
    throw new DataError(
      `reproducing ${id} on ${data}: ${train} train and ${dev} dev documents, expected some of both; ` +
        `prepare a larger cohort or other splits`,
    );
  }
  return dataset;
}

/** Refuses runs for whose label sets the dataset has no labels. Throws {@linkcode UsageError}. */
export function requireLabels(
  { id }: Experiment,
  runs: readonly PlannedRun[],
  { directory, labels }: Dataset,
): void {
  for (const task of TASKS) {
    if (labels[task].length > 0) continue;
    const lacks = ({ config }: PlannedRun) => tasksOf(config).includes(task);
    const names = (some: readonly PlannedRun[]) => [...new Set(some.flatMap(({ rows }) => rows))];
    const needing = names(runs.filter(lacks)), others = names(runs.filter((run) => !lacks(run)));
    if (needing.length === 0) continue;
    throw new UsageError(
      `reproducing ${id} on ${directory}: ${needing.join(", ")} ` +
        `${
          needing.length === 1 ? "needs" : "need"
        } ${task.toUpperCase()} labels and it has none; ` +
        `prepare it with ${task === "ccs" ? "--ccs, --groups or --group-prefix" : "codes"}` +
        (others.length > 0
          ? `, or leave them out: --models ${JSON.stringify(others.join(","))}`
          : ""),
    );
  }
}

function isDataset(directory: string): Promise<boolean> {
  return isFile(join(directory, "manifest.json"));
}
