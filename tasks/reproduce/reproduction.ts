/**
 * What one reproduction consists of: the experiment, the data, the engine and the runs.
 *
 * @module
 */
import { publishedPreset } from "../../model/config/presets.ts";
import type { Engine, EngineName } from "../../model/engine/engine.ts";
import { describeEngine } from "../../model/layers/recurrence/choose.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { openEngine } from "../cli/engine.ts";
import { type ExperimentChoice, requireLabels } from "./choose.ts";
import type { Experiment } from "./experiments.ts";
import { type PlannedRun, planReference, planRuns } from "./plan.ts";
import type { ExperimentRow } from "./rows.ts";

/** What is asked for. */
export interface ReproductionRequest extends ExperimentChoice {
  /** Dataset directory, or the one that holds several; the demo's cohort by default. */
  readonly data?: string | undefined;
  /** Folder of the runs and tables. */
  readonly out: string;
  /** Runs of every row. */
  readonly seeds: number;
  /** Preset of every run; by default that of the dataset. */
  readonly preset?: string | undefined;
  /** Changes of every run whose system has the key. */
  readonly set?: readonly string[] | undefined;
  readonly engine: EngineName;
  /** Goes on with runs that were begun on another engine. */
  readonly anyEngine?: boolean | undefined;
  /** Trains also where the memory that a step will need is more than is free. */
  readonly ignoreMemory?: boolean | undefined;
}

/** What is to be done, opened and planned. */
export interface Reproduction {
  /** Folder of the runs and tables. */
  readonly out: string;
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  readonly engine: Engine;
  /** The engine, in words. */
  readonly engineTitle: string;
  /** Preset of every run. */
  readonly preset: string;
  /** Changes of every run whose system has the key. */
  readonly set: readonly string[];
  /** Runs of every row. */
  readonly seeds: number;
  /** Every run, seed by seed. */
  readonly runs: readonly PlannedRun[];
  /** The runs that rows are compared with: MARN's own, unless another row is named. */
  readonly reference: readonly PlannedRun[];
  readonly anyEngine: boolean | undefined;
  readonly ignoreMemory: boolean | undefined;
}

/**
 * Plans an experiment on a dataset: what can be refused is refused before anything is trained.
 *
 * @throws {ReportedError} as the configurations and the engine do.
 * @param reference the row that others are compared with; MARN by default.
 */
export async function planExperiment(
  experiment: Experiment,
  dataset: Dataset,
  request: Omit<ReproductionRequest, "data">,
  reference?: ExperimentRow,
): Promise<Reproduction> {
  const { out, seeds, set = [], anyEngine, ignoreMemory } = request;
  if (seeds < 1) throw new UsageError(`reading --seeds ${seeds}: expected 1 or more`);
  const preset = request.preset ?? defaultPreset(dataset);
  const options = { preset, seeds, set, dataset: dataset.hash };
  const runs = planRuns(experiment, options);
  requireLabels(experiment, runs, dataset);
  const engine = await openEngine(request.engine);
  return {
    out,
    experiment,
    dataset,
    engine,
    engineTitle: describeEngine(engine),
    preset,
    set,
    seeds,
    runs,
    reference: planReference(experiment, options, reference),
    anyEngine,
    ignoreMemory,
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
