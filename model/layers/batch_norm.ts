/**
 * Batch normalisation over channels (Ioffe and Szegedy 2015) that counts real tokens only, with
 * PyTorch's semantics: biased variance to normalise, unbiased in the running statistics.
 *
 * Legend: `B` documents, `T` tokens, `C` channels.
 *
 * @module
 */
import { nativeOp } from "../engine/native.ts";
import { type Tensor, tf, type Variable } from "../engine/tf.ts";
import { ones, zeros } from "../initializers.ts";
import type { Mode } from "../model.ts";
import type { WeightScope } from "../weights.ts";
import { withGradient } from "./gradient.ts";

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/**
 * Normalises [B, T, C] per channel over the tokens whose mask [B, T] is 1. The output is zero on
 * padding. Training uses the batch's statistics and accumulates them in the running ones.
 */
export type BatchNorm = (x: Tensor, mask: Tensor, mode: Mode) => Tensor;

/** What may follow the normalisation in the same pass. */
export interface BatchNormOptions {
  /** Applies tanh to the result; nothing more is kept for the backward pass. */
  readonly tanh?: boolean;
}

/** Declares `weight`, `bias`, `running_mean` and `running_var`, each [C]. */
export function createBatchNorm(
  scope: WeightScope,
  channels: number,
  options: BatchNormOptions = {},
): BatchNorm {
  const weight = scope.parameter("weight", [channels], ones);
  const bias = scope.parameter("bias", [channels], zeros);
  const runningMean = scope.buffer("running_mean", [channels], zeros);
  const runningVariance = scope.buffer("running_var", [channels], ones);
  return (x, mask, mode) =>
    tf.tidy(() => {
      const statistics = mode.training
        ? batchStatistics(x, mask, runningMean, runningVariance)
        : { mean: runningMean, variance: runningVariance };
      const deviation = tf.rsqrt(tf.add(statistics.variance, EPSILON));
      return normalize(x, mask, weight, bias, statistics.mean, deviation, {
        tanh: options.tanh ?? false,
        training: mode.training,
      });
    });
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

interface Normalization {
  readonly tanh: boolean;
  /** Whether mean and deviation are the batch's own, so that gradients flow through them. */
  readonly training: boolean;
}

function normalize(
  x: Tensor,
  mask: Tensor,
  weight: Tensor,
  bias: Tensor,
  mean: Tensor,
  deviation: Tensor, // 1 / √(variance + ε)
  options: Normalization,
): Tensor {
  const attributes = { tanh: options.tanh, training: options.training };
  const forward = () =>
    nativeOp("BatchNorm", { tanh: options.tanh }, [x, mask, weight, bias, mean, deviation], 1)
      ?.[0] ?? plainForward(x, mask, weight, bias, mean, deviation, options);
  return withGradient(
    [x, weight, bias],
    () => ({ value: forward(), saved: [x, mask, mean, deviation] }),
    (dy, [x, mask, mean, deviation]) =>
      nativeOp(
        "BatchNormGradient",
        attributes,
        [dy, x!, mask!, weight, bias, mean!, deviation!],
        3,
      ) ?? plainBackward(dy, x!, mask!, weight, bias, mean!, deviation!, options),
  );
}

function plainForward(
  x: Tensor,
  mask: Tensor,
  weight: Tensor,
  bias: Tensor,
  mean: Tensor,
  deviation: Tensor,
  { tanh }: Normalization,
): Tensor {
  const scale = tf.mul(weight, deviation);
  const y = tf.add(tf.mul(tf.sub(x, mean), scale), bias);
  return tf.mul(tanh ? tf.tanh(y) : y, tf.expandDims(mask, 2));
}

function plainBackward(
  dy: Tensor,
  x: Tensor,
  mask: Tensor,
  weight: Tensor,
  bias: Tensor,
  mean: Tensor,
  deviation: Tensor,
  { tanh, training }: Normalization,
): Tensor[] {
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
