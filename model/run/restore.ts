/**
 * The model of a run: fresh for a new one, with the weights of a checkpoint for one that has begun.
 *
 * @module
 */
import { type Dataset, readEmbeddings } from "../../pipeline/dataset/open.ts";
import type { TrainConfig } from "../config/config.ts";
import type { Model } from "../model.ts";
import { createModel, systemNamed } from "../zoo/systems.ts";
import { readCheckpoint, restoreWeights } from "./checkpoint.ts";
import { checkpointPath, type Run, type Which } from "./run.ts";

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
  const { labels, vocabulary, manifest } = dataset;
  const embeddings = await readEmbeddings(dataset);
  const { assets } = systemNamed(config.model.name);
  const content = await assets?.read(config.model, vocabulary);
  if (content !== undefined && keepIn !== undefined) await assets!.store(content, keepIn);
  const { dimensions: embeddingSize } = manifest.options;
  const { seed } = config;
  return createModel(config, { labels, vocabulary, embeddings, embeddingSize, seed }, content);
}

/**
 * A run's model with the weights of one of its checkpoints. Throws `IntegrityError` when the
 * checkpoint is missing, damaged or of another model.
 */
export async function restoreModel(run: Run, which: Which): Promise<Model> {
  const { config, labels, vocabulary, directory } = run;
  const path = checkpointPath(directory, which);
  const { tensors } = await readCheckpoint(path);
  const { dimensions: embeddingSize } = run.dataset;
  // The word vectors come with the other weights.
  const embeddings = new Float32Array(vocabulary.length * embeddingSize);
  const content = await systemNamed(config.model.name).assets?.restore(config.model, directory);
  const { seed } = config;
  const inputs = { labels, vocabulary, embeddings, embeddingSize, seed };
  const model = createModel(config, inputs, content);
  restoreWeights(model.weights, tensors, path);
  return model;
}
