/**
 * Normalisation of a document by its own statistics: group norm with one group (over positions and
 * channels) and layer norm (over channels).
 *
 * @module
 */
import { withGradient } from "../engine/gradient.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { ones, zeros } from "./initializers.ts";
import type { WeightScope } from "./weights.ts";

/** PyTorch's ε of norms, where a system names no other. */
export const NORM_EPSILON = 1e-5;

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
    const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, NORM_EPSILON)));
    return tf.mul(tf.add(tf.mul(normal, weight), bias), maskBP1);
  };
}

/**
 * Layer normalisation (Ba et al. 2016) over the last axis. Only the normalised values and the deviations'
 * reciprocals are kept for the backward pass.
 */
export type LayerNorm = (x: Tensor) => Tensor;

/** Declares `weight` and `bias` [C]. */
export function createLayerNorm(scope: WeightScope, channels: number, epsilon: number): LayerNorm {
  const weight = scope.parameter("weight", [channels], ones);
  const bias = scope.parameter("bias", [channels], zeros);
  return (x) =>
    withGradient([x, weight, bias], () => {
      const centred = tf.sub(x, tf.mean(x, -1, true));
      const variance = tf.mean(tf.square(centred), -1, true);
      const scale = tf.rsqrt(tf.add(variance, epsilon));
      const normal = tf.mul(centred, scale);
      return { value: tf.add(tf.mul(normal, weight), bias), saved: [normal, scale] };
    }, (dy, [normal, scale]) => {
      const rows = (x: Tensor) => tf.reshape(x, [-1, channels]);
      const dNormal = tf.mul(dy, weight);
      const along = tf.mean(tf.mul(dNormal, normal!), -1, true);
      const across = tf.sub(dNormal, tf.mean(dNormal, -1, true));
      const dx = tf.mul(tf.sub(across, tf.mul(normal!, along)), scale!);
      return [dx, tf.sum(rows(tf.mul(dy, normal!)), 0), tf.sum(rows(dy), 0)];
    });
}
