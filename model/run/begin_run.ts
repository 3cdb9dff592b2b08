/**
 * The beginning of a training as its run's directory sees it: the directory is taken, the run made or
 * gone on with.
 *
 * @module
 */
import { basename, join } from "node:path";
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { UsageError } from "../../pipeline/errors.ts";
import {
  makePrivate,
  markRestricted,
  privateModes,
  RESTRICTED_FILE,
} from "../../pipeline/files/restricted.ts";
import { makeDirectory, removeUnfinished } from "../../pipeline/files/write.ts";
import { differingKeys, type TrainConfig } from "../config/config.ts";
import type { Model } from "../model.ts";
import type { TrainObserver } from "../train/observer.ts";
import type { Optimizer } from "../train/optimizer.ts";
import { startState, type TrainState } from "../train/train_state.ts";
import { CHECKPOINTS } from "./checkpoint.ts";
import {
  createCheckpointStore,
  describeRanks,
  type Restored,
  restoreTraining,
  type RunCheckpoints,
  type RunInTraining,
} from "./checkpoint_store.ts";
import { evidenceOf, requireOwnFolder } from "./claim.ts";
import { type FirstWeights, startFrom } from "./first_weights.ts";
import { lockRun } from "./lock.ts";
import { LOG_FILE, openLog } from "./log.ts";
import { KEPT_FILES, KEPT_LISTS, RECORD_FILE, rewriteConfig } from "./record.ts";
import { createRun, type Run } from "./run.ts";
import { openTensorBoard } from "./tensorboard.ts";
import type { TrainRequest } from "./train_request.ts";

/** What training writes into a run's directory and its `labels/`, by name. */
const TRAINED_FILES = new Set([
  ...CHECKPOINTS.map((name) => `${name}.safetensors`),
  ...KEPT_FILES.map((file) => basename(file)),
  RESTRICTED_FILE,
  RECORD_FILE,
  LOG_FILE,
]);

/**
 * Takes the request's directory for training in, until the result is disposed, and clears it of what a
 * killed process left. Throws as {@linkcode trainRun} does.
 */
export async function takeFolder(
  { directory, dataset, resume }: TrainRequest,
): Promise<Disposable> {
  const { restricted } = dataset.manifest;
  await requireOwnFolder(directory, { resume: resume !== undefined });
  using taken = new DisposableStack();
  taken.use(privateModes(restricted));
  await makeDirectory(directory);
  taken.use(await lockRun(directory));
  for (const folder of [directory, join(directory, "labels")]) {
    await removeUnfinished(folder, (name) => TRAINED_FILES.has(name));
  }
  if (restricted) {
    await markRestricted(directory);
    await makePrivate(directory);
  }
  return taken.move();
}

/** What a run is made from, or gone on with, when its model is built. */
export interface Beginning {
  /** The run to go on with; undefined where a new one is to be made. */
  readonly earlier: Run | undefined;
  /** Texts of the files that its system keeps, by name. */
  readonly assets: { readonly [file: string]: string };
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly dev: Documents;
  /** The run's log and its TensorBoard file are added to them. */
  readonly observers: TrainObserver[];
}

/** A run that training goes on with. */
export interface BegunRun {
  readonly run: Run;
  readonly checkpoints: RunCheckpoints;
  readonly start: TrainState;
}

/**
 * Makes a run, or sets model and optimiser to where one stands. A new run has its first checkpoint then.
 * Throws as {@linkcode trainRun} does.
 */
export async function beginRun(
  request: TrainRequest,
  { earlier, assets, model, optimizer, dev, observers }: Beginning,
): Promise<BegunRun> {
  const { directory, config, engine, parallel } = request;
  const first = await firstWeights(request, model);
  const run = earlier ?? await createRun(directory, request, assets, first?.sha256);
  const inTraining: RunInTraining = { run, engine, model, optimizer, parallel };
  const { state: start, best, ranks: before } = await findStart(request, inTraining);
  const now = describeRanks(parallel);
  if (before !== undefined && before !== now) {
    for (const observer of observers) observer.onOtherRanks?.({ before, now });
  }
  const checkpoints = createCheckpointStore(inTraining, dev, best);
  if (start === startState) await checkpoints.saveLast(start);
  if (differingKeys(run.config, config).length > 0) await rewriteConfig(directory, config);
  observers.push(await openLog(directory, start));
  observers.push(await openTensorBoard(directory, start.step, config));
  return { run, checkpoints, start };
}

/** Sets the weights that a new run starts from, where a file has them, and says so. */
async function firstWeights(
  { init, dataset, observers = [] }: TrainRequest,
  model: Model,
): Promise<FirstWeights | undefined> {
  if (init === undefined) return undefined;
  const lists = dataset.manifest.files.filter(({ file }) =>
    KEPT_LISTS.some((list) => list === file)
  );
  const digests = Object.fromEntries(lists.map(({ file, sha256 }) => [file, sha256]));
  const first = await startFrom(model.weights, init, digests);
  for (const observer of observers) observer.onFirstWeights?.(first);
  return first;
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
