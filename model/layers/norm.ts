/**
 * Normalisation of a document by its own statistics: group norm with one group (over positions and
 * channels) and layer norm (over channels).
 *
 * @module
 */
import { type Tensor, tf } from "../engine/tf.ts";
import { ones, zeros } from "./initializers.ts";
import type { WeightScope } from "./weights.ts";

/**
 * Group normalisation with one group (Wu and He 2018): each document of [B, P, C] by the mean and
 * variance of all its real positions' channels; zero on padding.
 */
export type GroupNorm = (x: Tensor, mask: Tensor) => Tensor;

/** Declares `weight` and `bias` [C]. */
export function createGroupNorm(scope: WeightScope, channels: number): GroupNorm {
  const weight = scope.parameter("weight", [channels], ones);
  const bias = scope.parameter("bias", [channels], zeros);
  return (x, mask) => {
    const maskBP1 = tf.expandDims(mask, 2);
    const count = tf.mul(tf.sum(maskBP1, [1, 2], true), channels); // [B, 1, 1]
    const mean = tf.div(tf.sum(tf.mul(x, maskBP1), [1, 2], true), count);
    const centred = tf.mul(tf.sub(x, mean), maskBP1);
    const variance = tf.div(tf.sum(tf.square(centred), [1, 2], true), count);
    const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5)));
    return tf.mul(tf.add(tf.mul(normal, weight), bias), maskBP1);
  };
}

/** Layer normalisation (Ba et al. 2016) over the last axis. */
export type LayerNorm = (x: Tensor) => Tensor;

/** Declares `weight` and `bias` [C]. */
export function createLayerNorm(scope: WeightScope, channels: number, epsilon: number): LayerNorm {
  const weight = scope.parameter("weight", [channels], ones);
  const bias = scope.parameter("bias", [channels], zeros);
  return (x) => {
    const mean = tf.mean(x, -1, true);
    const centred = tf.sub(x, mean);
    const variance = tf.mean(tf.square(centred), -1, true);
    return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), weight), bias);
  };
}
