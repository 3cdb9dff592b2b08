/**
 * Trains a run in its directory: a new one, or from where it stopped.
 *
 * @module
 */
import { join } from "node:path";
import { makeDirectory, writeFailure } from "../../pipeline/files/write.ts";
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { readSplit } from "../../pipeline/dataset/shard_documents.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { DataError, IntegrityError, UsageError } from "../../pipeline/errors.ts";
import { readCheckpoint, restoreWeights, writeCheckpoint } from "./checkpoint.ts";
import { configHash, resumableKeys, type TrainConfig } from "../config/config.ts";
import type { Engine } from "../engine/engine.ts";
import type { Tensor } from "../engine/tf.ts";
import { lockRun } from "./lock.ts";
import { openLog } from "./log.ts";
import { tuneThreshold } from "../metrics/threshold.ts";
import type { Model } from "../model.ts";
import type { TrainObserver } from "../train/observer.ts";
import { createOptimizer, type Optimizer } from "../train/optimizer.ts";
import { requireMemory } from "../train/memory.ts";
import {
  checkpointPath,
  createRun,
  isRun,
  openRun,
  recordConfig,
  requireConfig,
  requireDataset,
  type Run,
  type Thresholds,
} from "./run.ts";
import { type Scores, splitTruth } from "../scoring.ts";
import { openTensorBoard } from "./tensorboard.ts";
import { parseTrainState, startState, type TrainState } from "../train/train_state.ts";
import { type CheckpointStore, type Outcome, train } from "../train/trainer.ts";
import { perTask } from "../../pipeline/schema.ts";
import { exists } from "../../pipeline/files/read.ts";
import { buildModel } from "./restore.ts";
import { tasksOf } from "../zoo/blocks.ts";

/** What to train, and where. */
export interface TrainRequest {
  /** On what. */
  readonly dataset: Dataset;
  /** Run directory. */
  readonly directory: string;
  /** How. A resumed run's must be its own, but for {@linkcode resumableKeys}. */
  readonly config: TrainConfig;
  /** The engine in use. */
  readonly engine: Engine;
  /** Goes on from this checkpoint where the directory holds a run; without it, a run is refused. */
  readonly resume?: "last" | "previous" | undefined;
  /** Lets a run be resumed on another engine than it was begun on; its bits may then differ. */
  readonly anyEngine?: boolean | undefined;
  /** Trains also where the memory that a step will need is more than is free. */
  readonly ignoreMemory?: boolean | undefined;
  /** Seconds between checkpoints within an epoch; 600 by default. */
  readonly checkpointSeconds?: number;
  /** Told what happens, beside the run's log and TensorBoard file. */
  readonly observers?: readonly TrainObserver[];
  /** Ends training after the step in progress. */
  readonly interrupt?: AbortSignal;
}

/**
 * Trains to the end, or until interrupted. Throws `LockedError` while another process trains there,
 * {@linkcode IntegrityError} when the run is of another dataset or configuration or its checkpoint is
 * damaged, `NumericError` when a loss is not finite, and `ResourceError` when memory or disk is short.
 */
export async function trainRun(request: TrainRequest): Promise<Outcome> {
  const { directory, dataset, config, engine } = request;
  await makeDirectory(directory);
  using _lock = await lockRun(directory);
  requireLabels(config, dataset);
  const run = await prepareRun(request);
  using training = await readSplit(dataset, "train");
  using dev = await readSplit(dataset, "dev");
  requireDocuments(dataset, training, dev);
  const model = await buildModel(config, dataset, directory);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const observers = [...request.observers ?? []];
  try {
    const labels = perTask((task) => run.labels[task].length);
    // A device's memory is not the one that is measured.
    if (engine.name !== "cuda" && !request.ignoreMemory) {
      await requireMemory(model, config, training, labels);
    }
    const start = await restoreState(request, model, optimizer);
    observers.push(await openLog(join(directory, "log.jsonl"), start));
    observers.push(await openTensorBoard(directory, start.step));
    const checkpoints = createStore(request, model, optimizer, dev);
    const { checkpointSeconds = 600, interrupt = new AbortController().signal } = request;
    return await train({
      ...{ model, optimizer, config, train: training, dev, labels, checkpoints, observers },
      ...{ checkpointSeconds, interrupt },
    }, start);
  } finally {
    for (const observer of observers) observer.close?.();
    optimizer.dispose();
    model.weights.dispose();
  }
}

/** Opens the run to go on with, or makes a new one. */
async function prepareRun(request: TrainRequest): Promise<Run> {
  const { directory, config, dataset, engine, resume } = request;
  if (!resume || !await isRun(directory)) {
    return await createRun(directory, { config, dataset, engine });
  }
  const run = await openRun(directory);
  requireDataset(run, dataset);
  requireConfig(run, config, resumableKeys(config));
  await recordConfig(run, config);
  for (const entry of [...Deno.readDirSync(directory)]) {
    // What a killed writer left.
    if (entry.name.endsWith(".tmp")) await Deno.remove(join(directory, entry.name));
  }
  return run;
}

/** Sets model and optimiser to the checkpoint that the run goes on from, if there is one. */
async function restoreState(
  request: TrainRequest,
  model: Model,
  optimizer: Optimizer,
): Promise<TrainState> {
  const { directory, resume, anyEngine } = request;
  const path = checkpointPath(directory, resume ?? "last");
  // A run that was stopped before its first checkpoint starts over: to the same end.
  if (!resume || resume === "last" && !await exists(path)) return startState;
  const { tensors, metadata } = await readCheckpoint(path);
  const expected = identity(request);
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
  restoreWeights(model.weights, tensors, path);
  optimizer.restore(tensors, path);
  return state;
}

/** What a checkpoint must share with the run that goes on from it. */
function identity({ config, dataset, engine }: TrainRequest): Record<string, string> {
  return {
    model: config.model.name,
    config_hash: configHash(config),
    dataset_hash: dataset.hash,
    engine: engine.name,
  };
}

function createStore(
  request: TrainRequest,
  model: Model,
  optimizer: Optimizer,
  dev: Documents,
): CheckpointStore {
  const { directory, dataset } = request;
  const last = checkpointPath(directory, "last");
  const metadata = (state: TrainState) => ({
    format: "pt", // Hugging Face's readers ask for it
    ...identity(request),
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

function tuneThresholds(scores: Scores, dev: Documents): Thresholds {
  const tasks = (["icd", "ccs"] as const).filter((task) => scores[task]);
  return Object.fromEntries(
    tasks.map((task) => [task, tuneThreshold(scores[task]!, splitTruth(dev, task))]),
  );
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

function requireLabels(config: TrainConfig, { directory, labels }: Dataset): void {
  const missing = tasksOf(config).find((task) => labels[task].length === 0);
  if (!missing) return;
  throw new UsageError(
    `training on ${directory}: it has no ${missing} labels; ` +
      `expected some; use --no-mtl with the other --target, or prepare it with groups`,
  );
}

function requireDocuments({ directory }: Dataset, training: Documents, dev: Documents): void {
  if (training.count > 0 && dev.count > 0) return;
  throw new DataError(
    `training on ${directory}: ${training.count} train and ${dev.count} dev documents; ` +
      `expected some of both; prepare a larger cohort or other splits`,
  );
}
