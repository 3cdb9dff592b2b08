/**
 * What the command line of `deno task reproduce` asks for: which table or figure, on which dataset.
 *
 * @module
 */
import { join } from "node:path";
import { type Dataset, isDataset, openDataset } from "../../pipeline/dataset/open.ts";
import { DataError, UsageError } from "../../pipeline/errors.ts";
import type { Experiment, Protocol } from "../experiment/experiment.ts";
import { byProtocol, experiments } from "./experiments.ts";
import { selectRows } from "./select_rows.ts";

/** The table or figure asked for, by number. */
export interface ExperimentChoice {
  readonly table?: number | undefined;
  readonly figure?: number | undefined;
  /** How the baselines of Tables 3 and 4 are trained; as the paper's authors did by default. */
  readonly protocol?: Protocol | undefined;
  /** Names of rows or systems, joined by commas; every row by default. */
  readonly models?: string | undefined;
}

/** The experiment asked for. Throws {@linkcode UsageError}. */
export function chooseExperiment(choice: ExperimentChoice): Experiment {
  const { table, figure, protocol, models } = choice;
  const given = Object.entries({ table, figure }).filter(([, number]) => number !== undefined)
    .map(([kind, number]) => ({ id: `${kind}-${number}`, flag: `--${kind} ${number}` }));
  const found = experiments.find(({ id }) => id === given[0]?.id);
  if (given.length !== 1 || !found) {
    const flags = given.map(({ flag }) => flag).join(" ") || "nothing";
    const known = experiments.map(({ id }) => `--${id.replace("-", " ")}`).join(", ");
    throw new UsageError(
      `choosing what to reproduce: given ${flags}, expected one of ${known}`,
    );
  }
  const chosen = protocol ? byProtocol(found, protocol) : found;
  return models === undefined ? chosen : selectRows(chosen, models);
}

/**
 * Opens the dataset that an experiment wants: `data` itself or, where that holds several, the one with
 * the experiment's labels. Throws {@linkcode UsageError} for other labels, {@linkcode DataError} where
 * there is nothing to train on.
 */
export async function chooseDataset(data: string, experiment: Experiment): Promise<Dataset> {
  const { id, labelSet } = experiment;
  const inner = join(data, labelSet);
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
