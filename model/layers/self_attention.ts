/**
 * Multi-head self-attention (Vaswani et al. 2017): the mixing step alone; callers own the projections
 * under their systems' names.
 *
 * Legend: `B` sequences, `P` positions, `C` channels, `H` heads.
 *
 * @module
 */
import { type Tensor, tf } from "../engine/tf.ts";

/**
 * softmax(q·kᵀ / √(C/H))·v in each head over real positions; [B, P, C] each, mask [B, P].
 * Padded positions get values too, which nothing must read.
 */
export function selfAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  mask: Tensor,
  heads: number,
): Tensor {
  const [sequences, positions, channels] = query.shape as [number, number, number];
  const size = channels / heads;
  const split = (x: Tensor) =>
    tf.transpose(tf.reshape(x, [sequences, positions, heads, size]), [0, 2, 1, 3]);
  const scores = tf.mul(tf.matMul(split(query), split(key), false, true), 1 / Math.sqrt(size));
  const penalty = tf.reshape(tf.mul(tf.sub(mask, 1), 1e30), [sequences, 1, 1, positions]);
  const mixed = tf.matMul(tf.softmax(tf.add(scores, penalty)), split(value)); // [B, H, P, C/H]
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [sequences, positions, channels]);
}
