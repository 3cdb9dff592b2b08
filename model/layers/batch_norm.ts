/**
 * Batch normalisation over channels (Ioffe and Szegedy 2015) that counts real tokens only, with
 * PyTorch's semantics: biased variance to normalise, unbiased in the running statistics.
 *
 * Legend: `B` documents, `T` tokens, `C` channels.
 *
 * @module
 */
import { withGradient } from "../engine/gradient.ts";
import { nativeOp } from "../engine/kernels.ts";
import { type Tensor, tf, type Variable } from "../engine/tf.ts";
import { ones, zeros } from "./initializers.ts";
import type { Mode } from "./positions.ts";
import type { WeightScope } from "./weights.ts";

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/**
 * Normalises [B, T, C] per channel over the tokens whose mask [B, T] is 1. The output is zero on
 * padding. Training uses the batch's statistics and accumulates them in the running ones.
 */
export type BatchNorm = (x: Tensor, mask: Tensor, mode: Mode) => Tensor;

/** What may follow the normalisation in the same pass. */
export interface BatchNormOptions {
  /** Whether tanh is applied to the result; default false. */
  readonly tanh?: boolean | undefined;
}

/** Declares `weight`, `bias`, `running_mean` and `running_var`, each [C]. */
export function createBatchNorm(
  scope: WeightScope,
  channels: number,
  options: BatchNormOptions = {},
): BatchNorm {
  const prepare = declareBatchNorm(scope, channels, options.tanh ?? false);
  return (x, mask, mode) =>
    tf.tidy(() => {
      const norm = prepare(x, mask, mode);
      return withGradient(
        [x, norm.weight, norm.bias],
        () => ({ value: normalize(x, mask, norm), saved: [x, mask, norm.mean, norm.deviation] }),
        (dy, [x, mask, mean, deviation]) =>
          differentiateNorm(dy, x!, mask!, { ...norm, mean: mean!, deviation: deviation! }),
      );
    });
}

/** One use of a batch norm: what it subtracts, multiplies by and adds, each [C]. */
export interface Normalization {
  readonly weight: Tensor;
  readonly bias: Tensor;
  /** Of the real tokens in training, the running one after it. */
  readonly mean: Tensor;
  /** 1 / √(variance + ε), of the same. */
  readonly deviation: Tensor;
  readonly tanh: boolean;
  /** Mean and deviation are the batch's own: gradients flow through them. */
  readonly training: boolean;
}

/**
 * Declares a batch norm for a layer that brings its own gradient. The function returned takes the
 * statistics of [B, T, C] and, in training, accumulates them.
 */
export function declareBatchNorm(
  scope: WeightScope,
  channels: number,
  tanh: boolean,
): (x: Tensor, mask: Tensor, mode: Mode) => Normalization {
  const weight = scope.parameter("weight", [channels], ones);
  const bias = scope.parameter("bias", [channels], zeros);
  const runningMean = scope.buffer("running_mean", [channels], zeros);
  const runningVariance = scope.buffer("running_var", [channels], ones);
  return (x, mask, { training }) => {
    const { mean, variance } = training
      ? batchStatistics(x, mask, runningMean, runningVariance)
      : { mean: runningMean, variance: runningVariance };
    return {
      weight,
      bias,
      mean,
      deviation: tf.rsqrt(tf.add(variance, EPSILON)),
      tanh,
      training,
    };
  };
}

/** Mean and biased variance [C] of the real tokens; updates the running ones. */
function batchStatistics(
  x: Tensor,
  mask: Tensor,
  runningMean: Variable,
  runningVariance: Variable,
): { mean: Tensor; variance: Tensor } {
  const count = tf.sum(mask);
  const [mean, variance] = nativeOp("BatchNormStatistics", {}, [x, mask], 2) ??
    plainStatistics(x, mask, count);
  accumulate(runningMean, mean!);
  const unbiased = tf.div(count, tf.maximum(tf.sub(count, 1), 1));
  accumulate(runningVariance, tf.mul(variance!, unbiased));
  return { mean: mean!, variance: variance! };
}

function plainStatistics(x: Tensor, mask: Tensor, count: Tensor): Tensor[] {
  const maskBT1 = tf.expandDims(mask, 2);
  const mean = tf.div(tf.sum(tf.mul(x, maskBT1), [0, 1]), count);
  const centred = tf.mul(tf.sub(x, mean), maskBT1);
  return [mean, tf.div(tf.sum(tf.square(centred), [0, 1]), count)];
}

function accumulate(running: Variable, value: Tensor): void {
  running.assign(tf.add(tf.mul(running, 1 - MOMENTUM), tf.mul(value, MOMENTUM)));
}

/** The normalised x, zero on padding; not recorded for differentiation. */
export function normalize(x: Tensor, mask: Tensor, norm: Normalization): Tensor {
  const { weight, bias, mean, deviation, tanh } = norm;
  const [y] = nativeOp("BatchNorm", { tanh }, [x, mask, weight, bias, mean, deviation], 1) ??
    [plainNormalize(x, mask, norm)];
  return y!;
}

/** Gradients of x, weight and bias. */
export function differentiateNorm(
  dy: Tensor,
  x: Tensor,
  mask: Tensor,
  norm: Normalization,
): Tensor[] {
  const { weight, bias, mean, deviation, tanh, training } = norm;
  const inputs = [dy, x, mask, weight, bias, mean, deviation];
  return nativeOp("BatchNormGradient", { tanh, training }, inputs, 3) ??
    plainDifferentiate(dy, x, mask, norm);
}

function plainNormalize(x: Tensor, mask: Tensor, norm: Normalization): Tensor {
  const scale = tf.mul(norm.weight, norm.deviation);
  const y = tf.add(tf.mul(tf.sub(x, norm.mean), scale), norm.bias);
  return tf.mul(norm.tanh ? tf.tanh(y) : y, tf.expandDims(mask, 2));
}

function plainDifferentiate(dy: Tensor, x: Tensor, mask: Tensor, norm: Normalization): Tensor[] {
  const { weight, bias, mean, deviation, tanh, training } = norm;
  const maskBT1 = tf.expandDims(mask, 2);
  const normal = tf.mul(tf.sub(x, mean), deviation);
  let upstream = tf.mul(dy, maskBT1);
  if (tanh) {
    const y = tf.tanh(tf.add(tf.mul(normal, weight), bias));
    upstream = tf.mul(upstream, tf.sub(1, tf.square(y)));
  }
  const dBias = tf.sum(upstream, [0, 1]);
  const dWeight = tf.sum(tf.mul(upstream, normal), [0, 1]);
  let centred = upstream;
  if (training) {
    const count = tf.sum(mask);
    const drift = tf.add(tf.div(dBias, count), tf.mul(normal, tf.div(dWeight, count)));
    centred = tf.mul(tf.sub(upstream, drift), maskBT1);
  }
  return [tf.mul(centred, tf.mul(weight, deviation)), dWeight, dBias];
}
