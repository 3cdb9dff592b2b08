/**
 * The model of a run: with fresh weights for a new one, with a checkpoint's for one that has begun.
 *
 * @module
 */
import { type Dataset, readEmbeddings } from "../../pipeline/dataset/open.ts";
import type { TensorData } from "../../pipeline/files/safetensors.ts";
import type { TrainConfig } from "../config/config.ts";
import type { Model } from "../model.ts";
import type { Stopping } from "../train/early_stopping.ts";
import { createModel, systemNamed } from "../zoo/systems.ts";
import { parseThresholds, requireBestOfRun, type Thresholds } from "./best.ts";
import {
  type CheckpointName,
  checkpointPath,
  readCheckpoint,
  restoreWeights,
  trainStateAt,
} from "./checkpoint.ts";
import { requireOwn } from "./identity.ts";
import { readKept, type Run } from "./run.ts";
import { withSurvey } from "./survey.ts";

/** What a system starts from beside its configuration, and how a run keeps it. */
export interface SystemAssets {
  /** The system's own; undefined where it starts from nothing. */
  readonly content: unknown;
  /** Texts of the files that a run keeps of it, by name. */
  readonly files: { readonly [file: string]: string };
}

/** What one of a run's checkpoints holds. */
export interface TrainedWeights {
  /** By name, an optimizer's moments under `optimizer.`. */
  readonly tensors: ReadonlyMap<string, TensorData>;
  /** Those that go with the weights. */
  readonly thresholds: Thresholds;
  /** Digest of the checkpoint: which weights these are. */
  readonly sha256: string;
  /** Where early stopping stood when they were saved. */
  readonly stopping: Stopping;
  /** Whether they are the latest epoch's because no epoch's score was ever defined. */
  readonly standIn: boolean;
}

/** A run's model with the weights of one of its checkpoints. */
export interface RestoredModel extends Omit<TrainedWeights, "tensors"> {
  /** The caller owns it. */
  readonly model: Model;
}

/**
 * Reads the files of the user's that the configured system starts from.
 *
 * @throws {DataError} where one is missing or not what it should be.
 */
export async function readAssets(
  { model }: TrainConfig,
  { vocabulary, rareWords }: Dataset,
): Promise<SystemAssets> {
  const { assets } = systemNamed(model.name);
  const content = await assets?.read(model, [...vocabulary, ...rareWords]);
  return { content, files: content === undefined ? {} : assets!.format(content) };
}

/** Reads what a run keeps of its system's files. Throws `IntegrityError` where it is not as it was written. */
export async function restoreAssets(run: Run): Promise<SystemAssets> {
  const { model } = run.config;
  const files: Record<string, string> = {};
  const read = async (file: string) => files[file] = await readKept(run, file);
  return { content: await systemNamed(model.name).assets?.restore(model, read), files };
}

/**
 * The configured model with fresh weights, for training on a dataset. The caller owns the model.
 *
 * @param assets what the system starts from; read where it is not given.
 * @throws {IntegrityError} where the word vectors are damaged.
 * @throws {DataError} where a file that the system starts from is missing or not what it should be.
 */
export async function buildModel(
  config: TrainConfig,
  dataset: Dataset,
  assets?: SystemAssets,
): Promise<Model> {
  const { labels, vocabulary, manifest } = dataset;
  const embeddings = await readEmbeddings(dataset);
  const { content } = assets ?? await readAssets(config, dataset);
  return createModel(config, {
    labels,
    vocabulary,
    embeddings,
    embeddingSize: manifest.options.dimensions,
    seed: config.seed,
  }, content);
}

/**
 * A run's model with the weights of one of its checkpoints.
 *
 * @throws {IntegrityError} where the checkpoint is missing, damaged or of another run: the message says
 * which of the others are whole.
 */
export async function restoreModel(run: Run, checkpoint: CheckpointName): Promise<RestoredModel> {
  return await withSurvey(run, checkpoint, async () => {
    const { tensors, ...facts } = await readWeights(run, checkpoint);
    const model = await createEmpty(run);
    try {
      restoreWeights(model.weights, tensors, checkpointPath(run.directory, checkpoint));
    } catch (error) {
      model.weights.dispose();
      throw error;
    }
    return { model, ...facts };
  });
}

/** What a run's best checkpoint holds, read without an engine. Throws as {@linkcode restoreModel}. */
export async function readBestWeights(run: Run): Promise<TrainedWeights> {
  return await withSurvey(run, "best", () => readWeights(run, "best"));
}

async function readWeights(run: Run, checkpoint: CheckpointName): Promise<TrainedWeights> {
  const path = checkpointPath(run.directory, checkpoint);
  const { tensors, ...facts } = await readCheckpoint(path);
  requireOwn(run, facts, path);
  if (checkpoint === "best") await requireBestOfRun(run, facts);
  const thresholds = parseThresholds(facts, path);
  const { stopping } = trainStateAt(facts, path);
  const standIn = checkpoint === "best" && stopping.best === null;
  return { tensors, thresholds, sha256: facts.sha256, stopping, standIn };
}

/** A run's model, whose weights a checkpoint has. */
async function createEmpty(run: Run): Promise<Model> {
  const { config, labels, vocabulary, dataset: { dimensions } } = run;
  const { content } = await restoreAssets(run);
  return createModel(config, {
    labels,
    vocabulary,
    embeddings: new Float32Array(vocabulary.length * dimensions),
    embeddingSize: dimensions,
    seed: config.seed,
  }, content);
}
