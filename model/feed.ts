/**
 * Host batches → device tensors.
 *
 * Legend: `B` documents, `T` tokens (padded width), `L` labels.
 *
 * @module
 */
import type { Batch, LabelRows } from "../pipeline/dataset/documents.ts";
import { tf } from "./engine/tf.ts";
import { createPositions } from "./layers/positions.ts";
import type { Targets, TokenBatch } from "./model.ts";
import type { PerTask, Task } from "../pipeline/schema.ts";

/** Puts a batch's tokens on the device. The caller owns the tensors. */
export function feedTokens({ tokens, lengths, width, sentences }: Batch): TokenBatch {
  const positions = createPositions(lengths, width);
  return { ...positions, tokens: tf.tensor(tokens, [positions.size, width], "int32"), sentences };
}

/** Puts a batch's labels on the device as multi-hot rows. The caller owns the tensors. */
export function feedTargets(
  batch: Batch,
  tasks: readonly Task[],
  labels: PerTask<number>,
): Targets {
  return Object.fromEntries(tasks.map((task) => {
    const hot = multiHot(batch.labels[task], labels[task]);
    return [task, tf.tensor(hot, [batch.rows.length, labels[task]], "float32")];
  }));
}

/** Frees what {@linkcode feedTokens} made. */
export function disposeTokens(batch: TokenBatch): void {
  tf.dispose([batch.tokens, batch.lengths, batch.mask]);
}

/** Label rows as a row-major matrix of zeros and ones, [B, L]. */
export function multiHot(rows: LabelRows, labels: number): Float32Array {
  const documents = rows.offsets.length - 1;
  const matrix = new Float32Array(documents * labels);
  for (let row = 0; row < documents; row++) {
    for (let at = rows.offsets[row]!; at < rows.offsets[row + 1]!; at++) {
      matrix[row * labels + rows.indices[at]!] = 1;
    }
  }
  return matrix;
}
