/**
 * An experiment's rows → the runs that it takes. Pure.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { flatten, type TrainConfig } from "../../model/config.ts";
import { resolveConfig } from "../../model/presets.ts";
import type { Experiment } from "./experiments.ts";

/** One run to train and evaluate. */
export interface PlannedRun {
  /** The experiment's row. */
  readonly row: string;
  /** Whole configuration. */
  readonly config: TrainConfig;
  /** Directory name: the same for the same configuration and dataset, whatever experiment asks. */
  readonly name: string;
}

/** What a plan depends on besides the experiment. */
export interface PlanOptions {
  /** Preset of every run. */
  readonly preset: string;
  /** Seeds 1 … `seeds`. */
  readonly seeds: number;
  /** `--set` changes of every run. */
  readonly set: readonly string[];
  /** SHA-256 of the dataset's manifest. */
  readonly dataset: string;
}

/** The runs of every row, seed by seed. */
export function planRuns(experiment: Experiment, options: PlanOptions): PlannedRun[] {
  const { preset, seeds, set, dataset } = options;
  return Array.from({ length: seeds }, (_, i) => i + 1).flatMap((seed) =>
    experiment.rows.map(({ name, request }) => {
      const config = resolveConfig({
        ...request,
        preset,
        target: experiment.target,
        seed,
        set: [...request.set ?? [], ...set],
      });
      return { row: name, config, name: runName(config, dataset) };
    })
  );
}

function runName(config: TrainConfig, dataset: string): string {
  const entries = [...flatten(config)].sort();
  const hash = createHash("sha256").update(JSON.stringify([entries, dataset])).digest("hex");
  return `${config.model.name}-seed${config.seed}-${hash.slice(0, 12)}`;
}
