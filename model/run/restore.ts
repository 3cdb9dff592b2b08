/**
 * The model of a run: with fresh weights for a new one, with a checkpoint's for one that has begun.
 *
 * @module
 */
import { type Dataset, readEmbeddings } from "../../pipeline/dataset/open.ts";
import type { TrainConfig } from "../config/config.ts";
import type { Model } from "../model.ts";
import { createModel, systemNamed } from "../zoo/systems.ts";
import {
  type CheckpointName,
  checkpointPath,
  readCheckpoint,
  restoreWeights,
} from "./checkpoint.ts";
import type { Run } from "./run.ts";

/**
 * The configured model with fresh weights, for training on a dataset. Files of the user's that the
 * system starts from are kept in the run directory `keepIn`, where one is given. The caller owns the
 * model.
 *
 * @throws {IntegrityError} where the word vectors are damaged.
 * @throws {DataError} where a file that the system starts from is missing or not what it should be.
 */
export async function buildModel(
  config: TrainConfig,
  dataset: Dataset,
  keepIn?: string,
): Promise<Model> {
  const { labels, vocabulary, rareWords, manifest } = dataset;
  const embeddings = await readEmbeddings(dataset);
  const { assets } = systemNamed(config.model.name);
  const content = await assets?.read(config.model, [...vocabulary, ...rareWords]);
  if (content !== undefined && keepIn !== undefined) await assets!.store(content, keepIn);
  return createModel(config, {
    labels,
    vocabulary,
    embeddings,
    embeddingSize: manifest.options.dimensions,
    seed: config.seed,
  }, content);
}

/**
 * A run's model with the weights of one of its checkpoints. The caller owns it. Throws
 * `IntegrityError` when the checkpoint is missing, damaged or of another model.
 */
export async function restoreModel(run: Run, checkpoint: CheckpointName): Promise<Model> {
  const { directory, config, labels, vocabulary, dataset: { dimensions } } = run;
  const path = checkpointPath(directory, checkpoint);
  const { tensors } = await readCheckpoint(path);
  const { assets } = systemNamed(config.model.name);
  const content = await assets?.restore(config.model, directory);
  const model = createModel(config, {
    labels,
    vocabulary,
    embeddings: new Float32Array(vocabulary.length * dimensions), // the checkpoint has the values
    embeddingSize: dimensions,
    seed: config.seed,
  }, content);
  try {
    restoreWeights(model.weights, tensors, path);
  } catch (error) {
    model.weights.dispose();
    throw error;
  }
  return model;
}
