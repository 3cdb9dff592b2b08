/**
 * The input layer that all systems but MDBERT share: word vectors and their dropout.
 *
 * @module
 */
import { deriveSeed } from "../../pipeline/random.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { dropout } from "../layers/dropout.ts";
import { createEmbedding } from "../layers/embedding.ts";
import type { ModelInputs, TokenBatch } from "../model.ts";
import type { Mode } from "../layers/positions.ts";
import type { EmbeddingConfig } from "../config/systems.ts";
import type { Weights } from "../layers/weights.ts";

/** Word vectors [B, T, E] of a batch, after dropout in training. */
export type Words = (batch: TokenBatch, mode: Mode) => Tensor;

/** Declares `<name>.weight` [V, E], from the dataset's word vectors. */
export function createWords(
  weights: Weights,
  name: string,
  { embeddingDropout, trainEmbedding, unitEmbedding }: EmbeddingConfig,
  { vocabularySize, embeddings }: ModelInputs,
): Words {
  const embed = createEmbedding(weights.scope(name), {
    size: vocabularySize,
    values: unitEmbedding ? unitRows(embeddings, embeddings.length / vocabularySize) : embeddings,
    trained: trainEmbedding,
  });
  return (batch, mode) =>
    tf.tidy(() => {
      const x = embed(batch.tokens);
      if (!mode.training) return x;
      return dropout(x, embeddingDropout, deriveSeed(mode.seed, "dropout embedding"));
    });
}

/** Each row divided by its length, as CAML's preparation does; padding stays zeros. */
export function unitRows(values: Float32Array, width: number): Float32Array {
  const unit = values.slice();
  for (let from = 0; from < unit.length; from += width) {
    const row = unit.subarray(from, from + width);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) + 1e-6;
    for (let i = 0; i < width; i++) row[i]! /= length;
  }
  return unit;
}
