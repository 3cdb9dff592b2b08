/**
 * The checkpoints of a run in training: how they are kept, and how training goes on from one.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { IntegrityError, ReportedError } from "../../pipeline/errors.ts";
import {
  removeName,
  syncDirectory,
  temporaryPath,
  writeFailure,
} from "../../pipeline/files/write.ts";
import { TASKS } from "../../pipeline/schema.ts";
import type { Engine } from "../engine/engine.ts";
import type { Tensor } from "../engine/tf.ts";
import { tuneThreshold } from "../metrics/threshold.ts";
import type { Model } from "../model.ts";
import { type Scores, splitTruth } from "../scoring.ts";
import type { Optimizer } from "../train/optimizer.ts";
import type { TrainState } from "../train/train_state.ts";
import type { CheckpointStore, Parallel } from "../train/trainer.ts";
import { checkBest, type Thresholds } from "./best.ts";
import {
  checkCheckpoint,
  checkpointPath,
  readCheckpoint,
  restoreWeights,
  trainStateAt,
  writeCheckpoint,
} from "./checkpoint.ts";
import { describeRun, requireOwn } from "./identity.ts";
import type { Run } from "./run.ts";
import { withSurvey } from "./survey.ts";

/** A run in training: what checkpoints hold, and what they name. */
export interface RunInTraining {
  readonly run: Run;
  readonly engine: Engine;
  /** Its weights and statistics are kept. */
  readonly model: Model;
  /** Its moments are kept, but not with the best weights. */
  readonly optimizer: Optimizer;
  /** The processes that train it together; undefined where it is one by itself. */
  readonly parallel?: Parallel | undefined;
}

/** {@linkcode CheckpointStore} that knows its best. */
export interface RunCheckpoints extends CheckpointStore {
  /** Digest of the best checkpoint so far; empty where there is none. */
  readonly best: string;
}

/** Where a checkpoint, or a beginning, leaves training. */
export interface Restored {
  readonly state: TrainState;
  /** Digest of the best checkpoint so far; empty where there is none. */
  readonly best: string;
  /**
   * The processes that came to it, as {@linkcode describeRanks} has them; undefined where there is no
   * checkpoint yet.
   */
  readonly ranks?: string | undefined;
}

/** Processes that train together, in words: what a run's bits depend on. */
export function describeRanks(parallel: Parallel | undefined): string {
  if (!parallel) return "one process";
  const { ranks: { size }, syncBatchNorm } = parallel;
  const norm = syncBatchNorm ? " with one batch norm" : "";
  return `${size} ${size === 1 ? "rank" : "ranks"}${norm}`;
}

/**
 * Keeps checkpoints in the run directory. The last one outlives its replacement as `previous`; the best
 * one has the thresholds that maximise micro-F1 on `dev`.
 *
 * @param best digest of the best checkpoint so far, which `last` names; empty where there is none.
 */
export function createCheckpointStore(
  { run, engine, model, optimizer, parallel }: RunInTraining,
  dev: Documents,
  best = "",
): RunCheckpoints {
  const last = checkpointPath(run.directory, "last");
  const together = parallel ? { ranks: describeRanks(parallel) } : {};
  const metadata = (state: TrainState) => ({
    format: "pt", // Hugging Face's readers ask for it
    ...describeRun(run),
    engine: engine.name,
    ...together,
    state: JSON.stringify(state),
  });
  const weights = () =>
    model.weights.all().map(({ name, variable }): [string, Tensor] => [name, variable]);
  return {
    get best() {
      return best;
    },
    async saveLast(state) {
      const tensors = new Map([...weights(), ...optimizer.state()]);
      const keepOld = () => keepPrevious(last, checkpointPath(run.directory, "previous"));
      await writeCheckpoint(last, tensors, { ...metadata(state), best }, keepOld);
    },
    async saveBest(state, scores) {
      const thresholds = JSON.stringify(tuneThresholds(scores, dev));
      const path = checkpointPath(run.directory, "best");
      best = await writeCheckpoint(path, new Map(weights()), { ...metadata(state), thresholds });
    },
  };
}

/**
 * Sets model and optimiser to one of the run's checkpoints, and returns where training stood there.
 *
 * @param anyEngine whether the checkpoint may be of another engine than the one in use.
 * @throws {IntegrityError} where the checkpoint is missing, damaged, or of another run or engine, or
 * the best one that goes with it is.
 */
export async function restoreTraining(
  { run, engine, model, optimizer }: RunInTraining,
  { checkpoint, anyEngine }: {
    readonly checkpoint: "last" | "previous";
    readonly anyEngine: boolean;
  },
): Promise<Restored> {
  const path = checkpointPath(run.directory, checkpoint);
  const { tensors, metadata } = await withSurvey(run, checkpoint, async () => {
    const read = await readCheckpoint(path);
    requireOwn(run, read, path);
    return read;
  });
  if (metadata.engine !== engine.name && !anyEngine) {
    throw new IntegrityError(
      `resuming from ${path}: it was written by another engine, ${metadata.engine}; expected ` +
        `${engine.name}; use --engine ${metadata.engine}, or add --any-engine and have results that ` +
        "may differ",
    );
  }
  const state = trainStateAt({ metadata }, path);
  const best = await checkBest(run, state, metadata.best);
  restoreWeights(model.weights, tensors, path);
  optimizer.restore(tensors, path);
  return { state, best, ranks: metadata.ranks ?? describeRanks(undefined) };
}

/** Thresholds of the label sets that have scores. */
function tuneThresholds(scores: Scores, dev: Documents): Thresholds {
  const tuned = TASKS.flatMap((task) => {
    const matrix = scores[task];
    return matrix ? [[task, tuneThreshold(matrix, splitTruth(dev, task))]] : [];
  });
  return Object.fromEntries(tuned);
}

/**
 * Gives the last checkpoint a second name, under which it outlives its replacement: where it is whole.
 * One that is not stays out of the way of the previous one, which may be.
 */
async function keepPrevious(last: string, previous: string): Promise<void> {
  const isWhole = await checkCheckpoint(last).then(() => true, (error) => {
    if (error instanceof ReportedError) return false;
    throw error;
  });
  if (!isWhole) return;
  const temporary = temporaryPath(previous);
  try {
    await Deno.remove(temporary).catch(() => {});
    // Not every file system has links.
    await Deno.link(last, temporary).catch(() => copyDurably(last, temporary));
    await Deno.rename(temporary, previous);
    removeName(temporary); // it is still there where both were names of one file
    await syncDirectory(dirname(previous));
  } catch (error) {
    throw writeFailure(previous, (await Deno.stat(last)).size, error);
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  await Deno.copyFile(from, to);
  using copy = await Deno.open(to, { read: true, write: true });
  await copy.sync();
}
