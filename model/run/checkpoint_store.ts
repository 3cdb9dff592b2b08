/**
 * The checkpoints of a run in training: how they are kept, and how training goes on from one.
 *
 * @module
 */
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { IntegrityError } from "../../pipeline/errors.ts";
import { exists } from "../../pipeline/files/read.ts";
import { writeFailure } from "../../pipeline/files/write.ts";
import { TASKS } from "../../pipeline/schema.ts";
import { configHash } from "../config/config.ts";
import type { Tensor } from "../engine/tf.ts";
import { tuneThreshold } from "../metrics/threshold.ts";
import type { Model } from "../model.ts";
import { type Scores, splitTruth } from "../scoring.ts";
import type { Optimizer } from "../train/optimizer.ts";
import { parseTrainState, type TrainState } from "../train/train_state.ts";
import type { CheckpointStore } from "../train/trainer.ts";
import { checkpointPath, readCheckpoint, restoreWeights, writeCheckpoint } from "./checkpoint.ts";
import type { RunSettings, Thresholds } from "./run.ts";

/** A run in training: what checkpoints hold, and what they name. */
export interface RunInTraining extends RunSettings {
  readonly directory: string;
  /** Its weights and statistics are kept. */
  readonly model: Model;
  /** Its moments are kept, but not with the best weights. */
  readonly optimizer: Optimizer;
}

/**
 * Keeps checkpoints in the run directory. The last one outlives its replacement as `previous`; the best
 * one has the thresholds that maximise micro-F1 on `dev`.
 */
export function createCheckpointStore(run: RunInTraining, dev: Documents): CheckpointStore {
  const { directory, dataset, model, optimizer } = run;
  const last = checkpointPath(directory, "last");
  const metadata = (state: TrainState) => ({
    format: "pt", // Hugging Face's readers ask for it
    ...identity(run),
    restricted: String(dataset.manifest.restricted),
    state: JSON.stringify(state),
  });
  const weights = () =>
    model.weights.all().map(({ name, variable }): [string, Tensor] => [name, variable]);
  return {
    async saveLast(state) {
      await keepPrevious(last, checkpointPath(directory, "previous"));
      const tensors = new Map([...weights(), ...optimizer.state()]);
      await writeCheckpoint(last, tensors, metadata(state));
    },
    async saveBest(state, scores) {
      const thresholds = JSON.stringify(tuneThresholds(scores, dev));
      const path = checkpointPath(directory, "best");
      await writeCheckpoint(path, new Map(weights()), { ...metadata(state), thresholds });
    },
  };
}

/**
 * Sets model and optimiser to one of the run's checkpoints, and returns where training stood there.
 *
 * @param anyEngine whether the checkpoint may be of another engine than the one in use.
 * @throws {IntegrityError} where the checkpoint is missing, damaged, or of another configuration,
 * dataset or engine.
 */
export async function restoreTraining(
  run: RunInTraining,
  { checkpoint, anyEngine }: {
    readonly checkpoint: "last" | "previous";
    readonly anyEngine: boolean;
  },
): Promise<TrainState> {
  const path = checkpointPath(run.directory, checkpoint);
  const { tensors, metadata } = await readCheckpoint(path);
  const expected = identity(run);
  const differing = Object.entries(expected)
    .filter(([key, value]) => metadata[key] !== value && !(key === "engine" && anyEngine))
    .map(([key]) => key);
  if (differing.length > 0) {
    const remedy = differing.includes("engine")
      ? `use --engine ${metadata.engine}, or add --any-engine and have results that may differ`
      : "train anew with another --out";
    throw new IntegrityError(
      `resuming from ${path}: it was written for another ${differing.join(", ")} ` +
        `(${differing.map((key) => metadata[key]).join(", ")}); ` +
        `expected ${differing.map((key) => expected[key]).join(", ")}; ${remedy}`,
    );
  }
  const state = parseTrainState(metadata.state ?? "", path);
  restoreWeights(run.model.weights, tensors, path);
  run.optimizer.restore(tensors, path);
  return state;
}

/** What a checkpoint must share with the run that goes on from it. */
function identity({ config, dataset, engine }: RunSettings): Record<string, string> {
  return {
    model: config.model.name,
    config_hash: configHash(config),
    dataset_hash: dataset.hash,
    engine: engine.name,
  };
}

/** Of the label sets that have scores. */
function tuneThresholds(scores: Scores, dev: Documents): Thresholds {
  const tuned = TASKS.flatMap((task) => {
    const matrix = scores[task];
    return matrix ? [[task, tuneThreshold(matrix, splitTruth(dev, task))]] : [];
  });
  return Object.fromEntries(tuned);
}

/** Gives the last checkpoint a second name, under which it outlives its replacement. */
async function keepPrevious(last: string, previous: string): Promise<void> {
  if (!await exists(last)) return;
  try {
    if (await exists(previous)) await Deno.remove(previous);
    // Not every file system has links.
    await Deno.link(last, previous).catch(() => Deno.copyFile(last, previous));
  } catch (error) {
    throw writeFailure(previous, (await Deno.stat(last)).size, error);
  }
}
