/**
 * Trains a run in its directory: a new one, or from where it stopped.
 *
 * @module
 */
import { basename, join } from "node:path";
import { countCut, type Documents } from "../../pipeline/dataset/documents.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import {
  DataError,
  extended,
  NumericError,
  ResourceError,
  UsageError,
} from "../../pipeline/errors.ts";
import {
  makePrivate,
  markRestricted,
  privateModes,
  RESTRICTED_FILE,
} from "../../pipeline/files/restricted.ts";
import { makeDirectory, removeUnfinished } from "../../pipeline/files/write.ts";
import { perTask } from "../../pipeline/schema.ts";
import { differingKeys, type TrainConfig } from "../config/config.ts";
import type { Engine } from "../engine/engine.ts";
import type { Model } from "../model.ts";
import { planModelPasses } from "../passes.ts";
import { estimateMemory, requireMemory } from "../train/memory.ts";
import type { DocumentsEvent, TrainObserver } from "../train/observer.ts";
import { createOptimizer } from "../train/optimizer.ts";
import { largestBatch } from "../train/rehearsal.ts";
import { startState, type TrainState } from "../train/train_state.ts";
import { type Outcome, train } from "../train/trainer.ts";
import { tasksOf } from "../zoo/blocks.ts";
import { checkBest } from "./best.ts";
import { CHECKPOINTS } from "./checkpoint.ts";
import {
  createCheckpointStore,
  type Restored,
  restoreTraining,
  type RunInTraining,
} from "./checkpoint_store.ts";
import { evidenceOf, requireOwnFolder } from "./claim.ts";
import { type FirstWeights, startFrom } from "./first_weights.ts";
import { lockRun } from "./lock.ts";
import { LOG_FILE, openLog } from "./log.ts";
import { isRun, KEPT_FILES, RECORD_FILE, rewriteConfig } from "./record.ts";
import { readDocuments } from "./read_documents.ts";
import { buildModel, readAssets, restoreAssets } from "./restore.ts";
import {
  createRun,
  openRun,
  requireConfig,
  requireDataset,
  type Run,
  type RunSettings,
} from "./run.ts";
import { surveyCheckpoints } from "./survey.ts";
import { openTensorBoard } from "./tensorboard.ts";

/** What training writes into a run's directory and its `labels/`, by name. */
const TRAINED_FILES = new Set([
  ...CHECKPOINTS.map((name) => `${name}.safetensors`),
  ...KEPT_FILES.map((file) => basename(file)),
  RESTRICTED_FILE,
  RECORD_FILE,
  LOG_FILE,
]);

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
  /** Takes the largest batch of either split alone: what fails with it would fail in training. */
  readonly rehearsal?: boolean | undefined;
  /** Told what happens, beside the run's log and TensorBoard file. */
  readonly observers?: readonly TrainObserver[] | undefined;
  /** Ends training after the step in progress. */
  readonly interrupt?: AbortSignal | undefined;
}

/**
 * Trains to the end, or until interrupted. A run has its first checkpoint before its first step, so that
 * one without any has lost it.
 *
 * @throws {UsageError} where the directory is not for training in, or the run cannot be as asked for.
 * @throws {LockedError} while another process trains there, or replaces the dataset.
 * @throws {IntegrityError} where the run is of another dataset or configuration, or a checkpoint that is
 * needed is not whole: the message says which others are.
 * @throws {NumericError} where a loss or a weight is not finite.
 * @throws {ResourceError} where memory or disk is short.
 */
export async function trainRun(request: TrainRequest): Promise<Outcome> {
  const { directory, dataset, config, engine, resume } = request;
  await requireOwnFolder(directory, { resume: resume !== undefined });
  using _modes = privateModes(dataset.manifest.restricted);
  await makeDirectory(directory);
  using _lock = await lockRun(directory);
  for (const folder of [directory, join(directory, "labels")]) {
    await removeUnfinished(folder, (name) => TRAINED_FILES.has(name));
  }
  if (dataset.manifest.restricted) {
    await markRestricted(directory);
    await makePrivate(directory);
  }
  requireTasks(config, dataset);
  const earlier = resume && await isRun(directory) ? await openEarlier(request) : undefined;
  using allTraining = await readDocuments(config, dataset, "train");
  using allDev = await readDocuments(config, dataset, "dev");
  requireDocuments(dataset, allTraining, allDev);
  sayDocuments(request, { train: allTraining, dev: allDev });
  const assets = await (earlier ? restoreAssets(earlier) : readAssets(config, dataset));
  const model = await buildModel(config, dataset, assets);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const observers = [...request.observers ?? []];
  const taken = (all: Documents) => request.rehearsal ? largestBatch(model, all, config) : all;
  try {
    const training = taken(allTraining);
    const dev = taken(allDev);
    const labels = perTask((task) => dataset.labels[task].length);
    const memory = request.ignoreMemory || !measuresMemory(engine)
      ? undefined
      : await estimateMemory(model, config, training, labels);
    const parameters = model.weights.parameterCount();
    const { length: steps } = planModelPasses(model, allTraining, config, 0);
    for (const observer of observers) observer.onModel?.({ parameters, steps, memory });
    if (memory) requireMemory(memory, config);
    const first = await firstWeights(request, model);
    const run = earlier ?? await createRun(directory, request, assets.files, first?.sha256);
    const inTraining: RunInTraining = { run, engine, model, optimizer };
    const { state: start, best } = await findStart(request, inTraining);
    const checkpoints = createCheckpointStore(inTraining, dev, best);
    if (start === startState) await checkpoints.saveLast(start);
    if (differingKeys(run.config, config).length > 0) await rewriteConfig(directory, config);
    observers.push(await openLog(directory, start));
    observers.push(await openTensorBoard(directory, start.step, config));
    const outcome = await sayingWhatStands(run, () =>
      train({
        model,
        optimizer,
        config,
        train: training,
        dev,
        labels,
        checkpoints,
        observers,
        checkpointSeconds: request.checkpointSeconds ?? 600,
        interrupt: request.interrupt ?? new AbortController().signal,
      }, start));
    if (outcome.finished) await checkBest(run, outcome.state, checkpoints.best);
    return outcome;
  } finally {
    for (const observer of observers) observer.close?.();
    optimizer.dispose();
    model.weights.dispose();
  }
}

/** Whether the memory of an engine's steps is the one that is measured: a device's is not. */
export function measuresMemory({ name }: Pick<Engine, "name">): boolean {
  return name !== "cuda";
}

function sayDocuments(
  { config: { maxTokens }, observers = [] }: TrainRequest,
  splits: { readonly [split in DocumentsEvent["split"]]: Documents },
): void {
  for (const split of ["train", "dev"] as const) {
    const { [split]: documents } = splits;
    const cut = countCut(documents, maxTokens);
    const event = { split, documents: documents.count, cut, maxTokens };
    for (const observer of observers) observer.onDocuments?.(event);
  }
}

/** Sets the weights that a new run starts from, where a file has them, and says so. */
async function firstWeights(
  { init, observers = [] }: TrainRequest,
  model: Model,
): Promise<FirstWeights | undefined> {
  if (init === undefined) return undefined;
  const first = await startFrom(model.weights, init);
  for (const observer of observers) observer.onFirstWeights?.(first);
  return first;
}

/** The run to go on with, held against what is asked for. */
async function openEarlier({ directory, dataset, config, init }: TrainRequest): Promise<Run> {
  const run = await openRun(directory);
  requireDataset(run, dataset);
  requireConfig(run, config);
  if (init === undefined) return run;
  throw new UsageError(
    `resuming ${directory} with first weights of ${init}: a run that has begun goes on from its own; ` +
      "leave --init out, or start a run in another --out",
  );
}

/** Where training starts: at the checkpoint that the request goes on from, if the run has begun. */
async function findStart(
  { directory, config, resume, anyEngine = false }: TrainRequest,
  run: RunInTraining,
): Promise<Restored> {
  const isNew = resume !== "previous" && (await evidenceOf(directory)).length === 0;
  if (isNew) return { state: startState, best: "" };
  const restored = await restoreTraining(run, { checkpoint: resume ?? "last", anyEngine });
  requireEpochs(run.run, config, restored.state);
  return restored;
}

/** A run has as many epochs as are done, or more. */
function requireEpochs({ directory }: Run, { epochs }: TrainConfig, state: TrainState): void {
  const begun = state.epoch + (state.position > 0 ? 1 : 0);
  if (epochs >= begun) return;
  throw new UsageError(
    `resuming ${directory} with ${epochs} epochs: ${begun} are done or begun; expected as many or ` +
      "more; start a run in another --out for fewer",
  );
}

/** Does the work of training; where it fails, the error says which checkpoints are whole. */
async function sayingWhatStands(run: Run, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    const isOurs = error instanceof NumericError || error instanceof ResourceError;
    throw isOurs ? extended(error, await surveyCheckpoints(run)) : error;
  }
}

/** Refuses a configuration for whose tasks a dataset has no labels. Throws {@linkcode UsageError}. */
export function requireTasks(config: TrainConfig, { directory, labels }: Dataset): void {
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
