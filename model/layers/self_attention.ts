/**
 * Multi-head self-attention (Vaswani et al. 2017): the mixing step alone; callers own the projections
 * under their systems' names.
 *
 * Legend: `B` sequences, `P` positions, `C` channels, `H` heads.
 *
 * @module
 */
import { withGradient } from "../engine/gradient.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { penaltyOf } from "./positions.ts";

/**
 * softmax(q·kᵀ / √(C/H))·v in each head over real positions; [B, P, C] each, mask [B, P].
 * Padded positions get values too, which nothing must read. The inputs and the softmax are kept for the
 * backward pass.
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
  const scale = 1 / Math.sqrt(size);
  const split = (x: Tensor) =>
    tf.transpose(tf.reshape(x, [sequences, positions, heads, size]), [0, 2, 1, 3]);
  const join = (x: Tensor) =>
    tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [sequences, positions, channels]);
  return withGradient([query, key, value], () => {
    const scores = tf.mul(tf.matMul(split(query), split(key), false, true), scale);
    const penalty = tf.reshape(penaltyOf(mask), [sequences, 1, 1, positions]);
    const shares = tf.softmax(tf.add(scores, penalty)); // [B, H, P, P]
    return { value: join(tf.matMul(shares, split(value))), saved: [query, key, value, shares] };
  }, (dy, [query, key, value, shares]) => {
    const mixed = split(dy); // [B, H, P, C/H]
    const dShares = tf.mul(tf.matMul(mixed, split(value!), false, true), shares!);
    const along = tf.mul(shares!, tf.sum(dShares, -1, true));
    const dScores = tf.mul(tf.sub(dShares, along), scale);
    return [
      join(tf.matMul(dScores, split(key!))),
      join(tf.matMul(dScores, split(query!), true)),
      join(tf.matMul(shares!, mixed, true)),
    ];
  });
}
