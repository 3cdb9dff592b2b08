/**
 * Word embedding: a row of a table for each token.
 *
 * Legend: `B` documents, `T` tokens, `V` vocabulary, `E` embedding width.
 *
 * @module
 */
import { withGradient } from "../engine/gradient.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { constant } from "./initializers.ts";
import type { WeightScope } from "./weights.ts";

/** Rows [B, T, E] of token ids [B, T] int32. Padding, token 0, is zeros. */
export type Embedding = (tokens: Tensor) => Tensor;

/** A table's first values, and whether they stay. */
export interface EmbeddingOptions {
  /** Tokens, V. */
  readonly size: number;
  /** [V, E] row-major; row 0 is zeros. */
  readonly values: Float32Array;
  /** Whether the table is trained; padding's row never is. */
  readonly trained: boolean;
}

/** Declares `weight` [V, E]. */
export function createEmbedding(
  scope: WeightScope,
  { size, values, trained }: EmbeddingOptions,
): Embedding {
  const shape = [size, values.length / size];
  if (!trained) {
    const table = scope.buffer("weight", shape, constant(values));
    return (tokens) => tf.gather(table, tokens);
  }
  const table = scope.table("weight", shape, constant(values));
  return (tokens) => lookUp(table, tokens);
}

/**
 * Rows [B, T, E] of a table [V, E] by tokens [B, T]: `tf.gather`, with a gradient that leaves row 0
 * alone and runs on every engine.
 */
export function lookUp(table: Tensor, tokens: Tensor): Tensor {
  return withGradient(
    [table],
    () => ({ value: tf.gather(table, tokens), saved: [tokens] }),
    (dy, [tokens]) => {
      const known = tf.expandDims(tf.cast(tf.notEqual(tokens!, 0), "float32"), 2);
      const rows = tf.reshape(tf.mul(dy, known), [-1, table.shape[1]!]); // [B·T, E]
      return [scatterRows(tokens!, rows, table.shape)];
    },
  );
}

/** Rows [n, E] of a table [V, E] by index [n]: {@linkcode lookUp} in which row 0 is like any other. */
export function gatherRows(table: Tensor, indices: Tensor): Tensor {
  return withGradient(
    [table],
    () => ({ value: tf.gather(table, indices), saved: [indices] }),
    (dy, [indices]) => [scatterRows(indices!, dy, table.shape)],
  );
}

/** Rows put at their indices in zeros of `shape`; rows of equal indices add up. */
function scatterRows(indices: Tensor, rows: Tensor, shape: number[]): Tensor {
  return tf.scatterND(tf.reshape(indices, [-1, 1]), rows, shape);
}
