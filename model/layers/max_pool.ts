/**
 * Max pooling over a document's real positions.
 *
 * @module
 */
import { withGradient } from "../engine/gradient.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { penaltyOf } from "./positions.ts";

/**
 * The largest value of each channel: [B, P, C] with mask [B, P] → [B, C]. The gradient goes to the
 * first position that holds it.
 */
export function maxPool(x: Tensor, mask: Tensor): Tensor {
  const [, positions] = x.shape as [number, number, number];
  return withGradient([x], () => {
    const open = tf.add(x, tf.expandDims(penaltyOf(mask), 2));
    return { value: tf.max(open, 1), saved: [tf.argMax(open, 1)] };
  }, (dy, [first]) => {
    if (positions === 1) return [tf.expandDims(dy, 1)]; // oneHot takes no depth of 1
    const hits = tf.oneHot(first!, positions); // [B, C, P]
    const chosen = tf.transpose(tf.cast(hits, "float32"), [0, 2, 1]);
    return [tf.mul(chosen, tf.expandDims(dy, 1))];
  });
}
