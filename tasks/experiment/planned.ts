/**
 * The one planner of all that trains many runs: an experiment, the data, and a run for each row and
 * seed. Nothing is computed yet, and so no engine is needed.
 *
 * @module
 */
import { publishedPreset } from "../../model/config/presets.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { UsageError } from "../../pipeline/errors.ts";
import type { Experiment, ExperimentRow } from "./experiment.ts";
import { type PlannedRun, planReference, planRuns } from "./plan.ts";
import { requireLabels } from "./require_labels.ts";

/** An experiment as the command line asks for it. */
export interface ExperimentRequest {
  /** Folder of the runs and tables. */
  readonly out: string;
  /** Runs of every row. */
  readonly seeds: number;
  /** Preset of every run; by default that of the dataset. */
  readonly preset?: string | undefined;
  /** Changes of every run whose system has the key. */
  readonly set?: readonly string[] | undefined;
}

/** An experiment on a dataset, with every run that it takes. */
export interface PlannedExperiment {
  /** Folder of the runs and tables. */
  readonly out: string;
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  /** Preset of every run. */
  readonly preset: string;
  /** Changes of every run whose system has the key. */
  readonly set: readonly string[];
  /** Runs of every row. */
  readonly seeds: number;
  /** Every run, seed by seed. */
  readonly runs: readonly PlannedRun[];
  /** The runs of the row that others are compared with; none where they are not. */
  readonly reference: readonly PlannedRun[];
}

/**
 * Plans an experiment on a dataset: what can be refused is refused before anything is trained.
 *
 * @param reference the row that others are compared with, if they are.
 * @throws {UsageError} where a row is no configuration, or wants labels that the dataset lacks.
 */
export function planExperiment(
  experiment: Experiment,
  dataset: Dataset,
  request: ExperimentRequest,
  reference?: ExperimentRow,
): PlannedExperiment {
  const { out, seeds, set = [] } = request;
  if (seeds < 1) throw new UsageError(`reading --seeds ${seeds}: expected 1 or more`);
  const preset = request.preset ?? defaultPreset(dataset);
  const options = { preset, seeds, set, dataset: dataset.hash };
  const runs = planRuns(experiment, options);
  requireLabels(experiment, runs, dataset);
  return {
    out,
    experiment,
    dataset,
    preset,
    set,
    seeds,
    runs,
    reference: reference ? planReference(experiment, options, reference) : [],
  };
}

/** `test`, or `dev` where a corpus has no test documents. */
export function evaluatedSplit({ manifest }: Dataset): "dev" | "test" {
  return manifest.documents.test > 0 ? "test" : "dev";
}

function defaultPreset({ manifest }: Dataset): string {
  if (manifest.options.source !== "mimic3" || manifest.synthetic) return "small";
  return publishedPreset(manifest.labelSet);
}
