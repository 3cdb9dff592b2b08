/**
 * Gradient × input of any system: each token's input vector is multiplied by a gate of 1, and the slope
 * of a code's logit in that gate is Σ_e x_e · ∂logit/∂x_e (Shrikumar et al. 2016, Denil et al. 2014).
 *
 * Legend: `B` documents, `T` tokens, `L` labels.
 *
 * @module
 */
import { type Scalar, type Tensor, tf } from "../engine/tf.ts";
import { inference } from "../layers/positions.ts";
import type { Model, TokenBatch } from "../model.ts";
import type { Task } from "../../pipeline/schema.ts";

/**
 * Gradient × input [B, T] of one code in each document; 0 on padding. As no document sees another, one
 * backward pass serves them all. The caller owns it.
 *
 * @param labels the code of each document: [B].
 */
export function gateGradients(
  model: Pick<Model, "logits">,
  batch: TokenBatch,
  task: Task,
  labels: Int32Array,
): Tensor {
  const sumOfLogits = (gates: Tensor): Scalar =>
    tf.tidy(() => {
      const logits = model.logits({ ...batch, gates }, inference)[task]!; // [B, L]
      return tf.sum(tf.mul(logits, pick(labels, logits.shape[1]!)));
    });
  return tf.tidy(() => tf.mul(tf.grad(sumOfLogits)(tf.onesLike(batch.mask)), batch.mask));
}

/** 1 at each document's label: [B, L]. */
function pick(labels: Int32Array, count: number): Tensor {
  const hot = new Float32Array(labels.length * count);
  labels.forEach((label, row) => hot[row * count + label] = 1);
  return tf.tensor2d(hot, [labels.length, count]);
}
