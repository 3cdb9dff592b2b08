/**
 * `config.json` of an exported folder: what a program needs to know to use the model, and what tells
 * where it comes from.
 *
 * @module
 */
import { type PerTask, type Task, UNKNOWN } from "../../pipeline/schema.ts";
import type { TrainConfig } from "../config/config.ts";
import type { Thresholds } from "../run/best.ts";
import type { RunDataset } from "../run/record.ts";
import type { CalibrationRecord } from "../run/calibration_file.ts";
import type { TrainedWeights } from "../run/restore.ts";
import type { Run } from "../run/run.ts";
import { tasksOf } from "../zoo/blocks.ts";
import { systemNamed } from "../zoo/systems.ts";
import { FIXED_THRESHOLD } from "../metrics/threshold.ts";

/** What a folder's `config.json` holds. */
export interface ExportDescription {
  /** What `--model` says: `multi-res-cnn`. */
  readonly model_type: string;
  /** What tables say: `MultiResCNN`. */
  readonly title: string;
  /** The label set that the run is about. */
  readonly target: Task;
  /** The label sets that it predicts. */
  readonly tasks: readonly Task[];
  /** Codes by index, of each label set that is predicted. */
  readonly labels: Partial<PerTask<readonly string[]>>;
  /** A code is assigned where its probability is above it. */
  readonly thresholds: Thresholds;
  /** What the evaluation learned of the scores, as in `calibration.json`; empty where it did not. */
  readonly calibration: CalibrationRecord["tasks"];
  /** Tokens of a document that are read. */
  readonly max_tokens: number;
  readonly unknown_token: { readonly id: number; readonly token: string };
  /** Digest of the checkpoint, and of the dataset's manifest. */
  readonly source: {
    readonly weights: string;
    readonly dataset: string;
    readonly data: RunDataset["source"];
    readonly restricted: boolean;
    readonly synthetic: boolean;
  };
  /** The whole configuration of the training. */
  readonly training: TrainConfig;
}

/** Describes a run's best weights. */
export function describeExport(
  { config, labels, dataset, vocabulary }: Run,
  { thresholds, sha256 }: Pick<TrainedWeights, "thresholds" | "sha256">,
  calibration: CalibrationRecord["tasks"],
): ExportDescription {
  const tasks = tasksOf(config);
  return {
    model_type: config.model.name,
    title: systemNamed(config.model.name).title,
    target: config.target,
    tasks,
    labels: Object.fromEntries(
      tasks.map((task) => [task, labels[task].map(({ code }) => code)]),
    ),
    thresholds: Object.fromEntries(
      tasks.map((task) => [task, thresholds[task] ?? FIXED_THRESHOLD]),
    ),
    calibration,
    max_tokens: config.maxTokens,
    unknown_token: { id: UNKNOWN, token: vocabulary[UNKNOWN]! },
    source: {
      weights: sha256,
      dataset: dataset.hash,
      data: dataset.source,
      restricted: dataset.restricted,
      synthetic: dataset.synthetic,
    },
    training: config,
  };
}
