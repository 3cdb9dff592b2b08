/**
 * The input layer that all systems but MDBERT share: word vectors and their dropout.
 *
 * The vectors are the dataset's, the same for every system: CBOW by the original word2vec program, of
 * words in three training documents or more, where the releases took gensim's. The unknown word's is
 * drawn, as in caml-mimic; padding's is zeros and never trained.
 *
 * Legend: `B` documents, `T` tokens, `V` tokens of the vocabulary, `E` values of a word vector.
 *
 * @module
 */
import * as v from "valibot";
import { type Tensor, tf } from "../engine/tf.ts";
import type { ModelInputs } from "../inputs.ts";
import { dropout, dropoutSeeds } from "../layers/dropout.ts";
import { createEmbedding } from "../layers/embedding.ts";
import type { Mode } from "../layers/positions.ts";
import type { WeightScope } from "../layers/weights.ts";
import type { TokenBatch } from "../model.ts";
import type { OptionSchemas } from "../system.ts";
import { rate } from "./option_schemas.ts";

/** Options of a table of word vectors. */
export interface EmbedOptions {
  /** Share of embedding values dropped in training. */
  readonly embeddingDropout: number;
  /** Whether the word vectors are trained too. */
  readonly trainEmbedding: boolean;
  /** Whether each word vector is divided by its length at the start. */
  readonly unitEmbedding: boolean;
}

/** Schemas of {@linkcode EmbedOptions}. */
export const embedSchemas: OptionSchemas<EmbedOptions> = {
  embeddingDropout: rate,
  trainEmbedding: v.boolean(),
  unitEmbedding: v.boolean(),
};

/** Word vectors [B, T, E] of a batch, after dropout in training. */
export type Embed = (batch: TokenBatch, mode: Mode) => Tensor;

/** Declares `weight` [V, E], from the dataset's word vectors. */
export function createEmbed(
  scope: WeightScope,
  { embeddingDropout, trainEmbedding, unitEmbedding }: EmbedOptions,
  { vocabulary, embeddings, embeddingSize }: ModelInputs,
): Embed {
  const embed = createEmbedding(scope, {
    size: vocabulary.length,
    values: unitEmbedding ? unitRows(embeddings, embeddingSize) : embeddings,
    trained: trainEmbedding,
  });
  return (batch, mode) =>
    tf.tidy(() => {
      const rows = embed(batch.tokens);
      const x = batch.gates ? tf.mul(rows, tf.expandDims(batch.gates, 2)) : rows;
      if (!mode.training) return x;
      return dropout(x, embeddingDropout, dropoutSeeds(mode, "dropout embedding"));
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
