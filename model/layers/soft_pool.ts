/**
 * Attention-based soft pooling (Luo et al. 2021): neighbouring positions are merged in pairs by a
 * softmax over a learned score.
 *
 * Legend: `B` documents, `P` positions, `C` channels.
 *
 * @module
 */
import { type Tensor, tf } from "../engine/tf.ts";
import { fanInUniform } from "./initializers.ts";
import type { Positions } from "./positions.ts";
import type { WeightScope } from "./weights.ts";

/** Merges [B, P, C], zero on padding, into [B, halves.width, C]. */
export type SoftPool = (x: Tensor, halves: Positions) => Tensor;

/**
 * Declares `att_conv.0.weight` [1, C, 1]. A document of odd length gets one zero position on its right,
 * as alone in its batch: that position scores 0 and takes its share.
 */
export function createSoftPool(scope: WeightScope, channels: number): SoftPool {
  const score = scope.scope("att_conv.0").parameter("weight", [1, channels, 1], fanInUniform);
  return (x, halves) => {
    const [documents, width] = x.shape as [number, number, number];
    const even = tf.pad(x, [[0, 0], [0, 2 * halves.width - width], [0, 0]]);
    const scores = tf.matMul(tf.reshape(even, [-1, channels]), tf.reshape(score, [channels, 1]));
    const [scoreLeft, scoreRight] = pairs(tf.reshape(scores, [documents, -1, 2, 1]));
    const [left, right] = pairs(tf.reshape(even, [documents, -1, 2, channels]));
    const share = tf.sigmoid(tf.sub(scoreLeft, scoreRight)); // the softmax over two
    return tf.add(right, tf.mul(share, tf.sub(left, right)));
  };
}

/** Both members of each pair: [B, P, 2, n] → twice [B, P, n]. */
function pairs(x: Tensor): [Tensor, Tensor] {
  const [left, right] = tf.unstack(x, 2);
  return [left!, right!];
}
