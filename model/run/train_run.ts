/**
 * Trains a run in its directory: a new one, or from where it stopped.
 *
 * @module
 */
import { join } from "node:path";
import { countCut, type Documents } from "../../pipeline/dataset/documents.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { readSplit } from "../../pipeline/dataset/read_split.ts";
import { DataError, UsageError } from "../../pipeline/errors.ts";
import { exists } from "../../pipeline/files/read.ts";
import { makeDirectory } from "../../pipeline/files/write.ts";
import { perTask } from "../../pipeline/schema.ts";
import type { TrainConfig } from "../config/config.ts";
import { requireMemory } from "../train/memory.ts";
import type { TrainObserver } from "../train/observer.ts";
import { createOptimizer } from "../train/optimizer.ts";
import { startState, type TrainState } from "../train/train_state.ts";
import { type Outcome, train } from "../train/trainer.ts";
import { tasksOf } from "../zoo/blocks.ts";
import { systemNamed } from "../zoo/systems.ts";
import { checkpointPath } from "./checkpoint.ts";
import { createCheckpointStore, restoreTraining, type RunInTraining } from "./checkpoint_store.ts";
import { lockRun } from "./lock.ts";
import { openLog } from "./log.ts";
import { buildModel } from "./restore.ts";
import {
  createRun,
  isRun,
  openRun,
  recordConfig,
  requireConfig,
  requireDataset,
  type RunSettings,
} from "./run.ts";
import { openTensorBoard } from "./tensorboard.ts";

/** What to train, and where. A resumed run's configuration must be its own, but for `resumableKeys`. */
export interface TrainRequest extends RunSettings {
  /** The run directory; made where it is missing. */
  readonly directory: string;
  /** Goes on from this checkpoint where the directory holds a run; without it, a run is refused. */
  readonly resume?: "last" | "previous" | undefined;
  /** Lets a run be resumed on another engine than it was begun on; its bits may then differ. */
  readonly anyEngine?: boolean | undefined;
  /** Trains also where the memory that a step will need is more than is free. */
  readonly ignoreMemory?: boolean | undefined;
  /** Seconds between checkpoints within an epoch; 600 by default. */
  readonly checkpointSeconds?: number | undefined;
  /** Told what happens, beside the run's log and TensorBoard file. */
  readonly observers?: readonly TrainObserver[] | undefined;
  /** Ends training after the step in progress. */
  readonly interrupt?: AbortSignal | undefined;
}

/**
 * Trains to the end, or until interrupted. Throws `LockedError` while another process trains there,
 * `IntegrityError` when the run is of another dataset or configuration or its checkpoint is damaged,
 * `NumericError` when a loss is not finite, and `ResourceError` when memory or disk is short.
 */
export async function trainRun(request: TrainRequest): Promise<Outcome> {
  const { directory, dataset, config, engine } = request;
  await makeDirectory(directory);
  using _lock = await lockRun(directory);
  requireLabels(config, dataset);
  await prepareDirectory(request);
  const { spells: keepsRare } = systemNamed(config.model.name);
  using training = await readSplit(dataset, "train", { keepsRare });
  using dev = await readSplit(dataset, "dev", { keepsRare });
  requireDocuments(dataset, training, dev);
  const { maxTokens } = config;
  for (const [split, documents] of [["train", training], ["dev", dev]] as const) {
    const { count } = documents;
    const event = { split, documents: count, cut: countCut(documents, maxTokens), maxTokens };
    for (const observer of request.observers ?? []) observer.onDocuments?.(event);
  }
  const model = await buildModel(config, dataset, directory);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const observers = [...request.observers ?? []];
  try {
    const labels = perTask((task) => dataset.labels[task].length);
    // A device's memory is not the one that is measured.
    if (engine.name !== "cuda" && !request.ignoreMemory) {
      await requireMemory(model, config, training, labels);
    }
    const run: RunInTraining = { directory, dataset, config, engine, model, optimizer };
    const start = await findStart(request, run);
    observers.push(await openLog(directory, start));
    observers.push(await openTensorBoard(directory, start.step));
    return await train({
      model,
      optimizer,
      config,
      train: training,
      dev,
      labels,
      checkpoints: createCheckpointStore(run, dev),
      observers,
      checkpointSeconds: request.checkpointSeconds ?? 600,
      interrupt: request.interrupt ?? new AbortController().signal,
    }, start);
  } finally {
    for (const observer of observers) observer.close?.();
    optimizer.dispose();
    model.weights.dispose();
  }
}

/** Checks the run to go on with, or makes a new one. */
async function prepareDirectory(request: TrainRequest): Promise<void> {
  const { directory, config, dataset, resume } = request;
  if (!resume || !await isRun(directory)) {
    await createRun(directory, request);
    return;
  }
  const run = await openRun(directory);
  requireDataset(run, dataset);
  requireConfig(run, config);
  await recordConfig(run, config);
  for (const { name } of [...Deno.readDirSync(directory)]) {
    // What a killed writer left.
    if (name.endsWith(".tmp")) await Deno.remove(join(directory, name));
  }
}

/** Where training starts: at the checkpoint that the request goes on from, if there is one. */
async function findStart(
  { directory, resume, anyEngine = false }: TrainRequest,
  run: RunInTraining,
): Promise<TrainState> {
  if (!resume) return startState;
  // A run that was stopped before its first checkpoint starts over: to the same end.
  if (resume === "last" && !await exists(checkpointPath(directory, resume))) return startState;
  return await restoreTraining(run, { checkpoint: resume, anyEngine });
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
