/**
 * Trains a run in its directory: a new one, or from where it stopped.
 *
 * @module
 */
import { countCut, type Documents } from "../../pipeline/dataset/documents.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import {
  DataError,
  extended,
  NumericError,
  ResourceError,
  UsageError,
} from "../../pipeline/errors.ts";
import { availableMemory } from "../../pipeline/files/free_memory.ts";
import { sourcesDigest } from "../../pipeline/files/sources_digest.ts";
import { perTask } from "../../pipeline/schema.ts";
import { flatten, type TrainConfig } from "../config/config.ts";
import type { Engine } from "../engine/engine.ts";
import { usesDevice } from "../engine/operation.ts";
import { tf } from "../engine/tf.ts";
import { requireAgreement } from "../parallel/agree.ts";
import { alone, type Communicator } from "../parallel/communicator.ts";
import { planModelPasses } from "../passes.ts";
import { estimateMemory, requireMemory } from "../train/memory.ts";
import type { DocumentsEvent } from "../train/observer.ts";
import { createOptimizer } from "../train/optimizer.ts";
import { largestBatch } from "../train/rehearsal.ts";
import { shareStart } from "../train/share.ts";
import type { Learner } from "../train/step.ts";
import { startState } from "../train/train_state.ts";
import { type CheckpointStore, type Outcome, train } from "../train/trainer.ts";
import { tasksOf } from "../zoo/blocks.ts";
import { type Beginning, beginRun, takeFolder } from "./begin_run.ts";
import { checkBest } from "./best.ts";
import { readDocuments } from "./read_documents.ts";
import { isRun } from "./record.ts";
import { buildModel, readAssets, restoreAssets } from "./restore.ts";
import { openRun, requireConfig, requireDataset, type Run } from "./run.ts";
import { surveyCheckpoints } from "./survey.ts";
import type { TrainRequest } from "./train_request.ts";

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
  const { directory, dataset, config, resume, parallel } = request;
  const ranks = parallel?.ranks ?? alone;
  requireDocumentsForAll(ranks, config);
  using _folder = ranks.rank === 0 ? await takeFolder(request) : undefined;
  requireTasks(config, dataset);
  const earlier = resume && await isRun(directory) ? await openEarlier(request) : undefined;
  using training = await readDocuments(config, dataset, "train");
  using dev = await readDocuments(config, dataset, "dev");
  requireDocuments(dataset, training, dev);
  sayDocuments(request, { train: training, dev });
  if (parallel) await requireAgreement(ranks, await factsOf(request));
  const assets = await (earlier ? restoreAssets(earlier) : readAssets(config, dataset));
  const model = await buildModel(config, dataset, assets);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const observers = [...request.observers ?? []];
  try {
    const { files } = assets;
    const labels = perTask((task) => dataset.labels[task].length);
    const built = { earlier, assets: files, model, optimizer, labels, training, dev, observers };
    return await trainModel(request, built);
  } finally {
    for (const observer of observers) observer.close?.();
    optimizer.dispose();
    model.weights.dispose();
  }
}

/** What is there when the model is built, before the run is made. */
interface Built extends Beginning, Learner {
  readonly training: Documents;
}

/** Trains a model that is built. Throws as {@linkcode trainRun} does. */
async function trainModel(request: TrainRequest, built: Built): Promise<Outcome> {
  const { config, rehearsal = false, parallel } = request;
  const { model, optimizer, labels, observers } = built;
  const ranks = parallel?.ranks ?? alone;
  const taken = (all: Documents) => rehearsal ? largestBatch(model, all, config) : all;
  const training = taken(built.training);
  const dev = taken(built.dev);
  await announceModel(request, built, training);
  const led = ranks.rank === 0 ? await beginRun(request, { ...built, dev }) : undefined;
  const start = await shareStart(ranks, { model, optimizer }, led?.start ?? startState);
  const outcome = await sayingWhatStands(led?.run, () =>
    train({
      model,
      optimizer,
      config,
      train: training,
      dev,
      labels,
      checkpoints: led?.checkpoints ?? noCheckpoints,
      observers,
      checkpointSeconds: request.checkpointSeconds ?? 600,
      interrupt: request.interrupt ?? new AbortController().signal,
      parallel,
    }, start));
  if (led && outcome.finished) await checkBest(led.run, outcome.state, led.checkpoints.best);
  return outcome;
}

/**
 * Tells the observers how large the model, its epochs and its steps are. Throws `ResourceError` where the
 * memory of a step is more than is free.
 *
 * @param taken the documents that steps are made of; an epoch has all.
 */
async function announceModel(
  { config, engine, ignoreMemory = false, parallel }: TrainRequest,
  { model, labels, training, observers }: Built,
  taken: Documents,
): Promise<void> {
  const ranks = parallel?.ranks ?? alone;
  const isMeasured = !ignoreMemory && measuresMemory(engine);
  const memory = isMeasured
    ? await estimateMemory(model, partOf(config, ranks), taken, labels, freeMemory(ranks))
    : undefined;
  const parameters = model.weights.parameterCount();
  const { length: steps } = planModelPasses(model, training, config, 0);
  for (const observer of observers) observer.onModel?.({ parameters, steps, memory });
  if (memory) requireMemory(memory, config);
}

/** What ranks other than the first have for checkpoints: they keep none. */
const noCheckpoints: CheckpointStore = {
  saveLast: () => Promise.resolve(),
  saveBest: () => Promise.resolve(),
};

/** Every rank has a document of a whole batch. */
function requireDocumentsForAll({ size }: Communicator, { batchSize }: TrainConfig): void {
  if (size <= batchSize) return;
  throw new UsageError(
    `training on ${size} ranks in batches of ${batchSize} documents: expected at least one for each ` +
      `rank; start ${batchSize} ranks or fewer, or use --set batchSize=${size}`,
  );
}

/** What all ranks must have the same. */
async function factsOf(request: TrainRequest) {
  const { directory, config, dataset, engine, init, resume, parallel } = request;
  const { deno, v8 } = Deno.version;
  return {
    "--out": directory,
    "--init": init ?? "",
    "--resume": resume ?? "",
    dataset: dataset.hash,
    configuration: JSON.stringify([[...flatten(config)], parallel?.syncBatchNorm]),
    engine: JSON.stringify([engine.name, engine.native, usesDevice()]),
    version: JSON.stringify([
      deno,
      v8,
      tf.version_core,
      await sourcesDigest(["model", "pipeline"]),
    ]),
  };
}

/** A configuration whose batches are as large as a rank's parts of these are, about. */
function partOf(config: TrainConfig, { size }: Communicator): TrainConfig {
  return { ...config, batchSize: Math.ceil(config.batchSize / size) };
}

/** Bytes that fall to one of the ranks on this machine. */
function freeMemory({ localSize }: Communicator): number {
  return availableMemory() / localSize;
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

/** Does the work of training; where it fails, the error says which checkpoints are whole. */
async function sayingWhatStands(
  run: Run | undefined,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    const isOurs = error instanceof NumericError || error instanceof ResourceError;
    throw run && isOurs ? extended(error, await surveyCheckpoints(run)) : error;
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
