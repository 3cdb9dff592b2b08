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
import { NORM_EPSILON } from "./norm.ts";
import type { AcrossRanks, Mode } from "./positions.ts";
import type { WeightScope } from "./weights.ts";

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
  /** The ranks whose tokens they are of; absent where they are of this pass's alone. */
  readonly across?: AcrossRanks | undefined;
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
  return (x, mask, { training, across }) => {
    const { mean, variance } = training
      ? batchStatistics(x, mask, across, [runningMean, runningVariance])
      : { mean: runningMean, variance: runningVariance };
    return {
      weight,
      bias,
      mean,
      deviation: tf.rsqrt(tf.add(variance, NORM_EPSILON)),
      tanh,
      training,
      across,
    };
  };
}

/** Mean and biased variance [C] of real tokens, and how many they are. */
interface Statistics {
  readonly count: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** {@linkcode Statistics} of the pass, or of all ranks'; updates the running mean and variance. */
function batchStatistics(
  x: Tensor,
  mask: Tensor,
  across: AcrossRanks | undefined,
  [runningMean, runningVariance]: readonly [Variable, Variable],
): Statistics {
  const own = tf.sum(mask);
  const [ownMean, ownVariance] = nativeOp("BatchNormStatistics", {}, [x, mask], 2) ??
    plainStatistics(x, mask, own);
  const local = { count: own, mean: ownMean!, variance: ownVariance! };
  const { count, mean, variance } = across ? poolStatistics(local, across) : local;
  accumulate(runningMean, mean);
  const unbiased = tf.div(count, tf.maximum(tf.sub(count, 1), 1));
  accumulate(runningVariance, tf.mul(variance, unbiased));
  return { count, mean, variance };
}

/** The statistics of all ranks' tokens from each rank's (Chan et al. 1979). */
function poolStatistics({ count, mean, variance }: Statistics, across: AcrossRanks): Statistics {
  const channels = mean.size;
  const all = gatherAcross([count, mean, variance], across);
  const total = all.reduce((sum, [count]) => sum + count!, 0);
  const pool = (valueOf: (values: Float32Array, c: number) => number) =>
    Float32Array.from(
      { length: channels },
      (_, c) => all.reduce((sum, values) => sum + values[0]! / total * valueOf(values, c), 0),
    );
  const means = pool((values, c) => values[1 + c]!);
  const variances = pool((values, c) =>
    values[1 + channels + c]! + (values[1 + c]! - means[c]!) ** 2
  );
  return {
    count: tf.scalar(total),
    mean: tf.tensor1d(means),
    variance: tf.tensor1d(variances),
  };
}

/** What each rank has of some tensors, one behind the other; zeros of a rank without documents. */
function gatherAcross(
  tensors: readonly Tensor[],
  { gather, idle }: AcrossRanks,
): readonly Float32Array[] {
  const own = tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1])), 0);
  return gather(idle ? new Float32Array(own.size) : own.dataSync<"float32">());
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
  if (norm.across) return differentiateAcross(dy, x, mask, norm, norm.across);
  const inputs = [dy, x, mask, weight, bias, mean, deviation];
  return nativeOp("BatchNormGradient", { tanh, training }, inputs, 3) ??
    plainDifferentiate(dy, x, mask, norm);
}

/**
 * The same where mean and deviation are of all ranks' tokens: those of x go through the sums over all
 * ranks, those of weight and bias are this rank's part.
 */
function differentiateAcross(
  dy: Tensor,
  x: Tensor,
  mask: Tensor,
  norm: Normalization,
  across: AcrossRanks,
): Tensor[] {
  const fixed = { ...norm, training: false, across: undefined };
  const [direct, dWeight, dBias] = differentiateNorm(dy, x, mask, fixed);
  const all = gatherAcross([tf.sum(mask), dWeight!, dBias!], across);
  if (across.idle) return [direct!, dWeight!, dBias!]; // its tokens are in no statistics
  const [count, ...sums] = all.reduce((sum, values) => sum.map((value, i) => value + values[i]!));
  const perToken = tf.tensor2d(sums.map((sum) => sum / count!), [2, dBias!.size]);
  const [ofWeight, ofBias] = tf.unstack(perToken);
  const normal = tf.mul(tf.sub(x, norm.mean), norm.deviation);
  const drift = tf.mul(tf.add(tf.mul(normal, ofWeight!), ofBias!), tf.expandDims(mask, 2));
  const indirect = tf.mul(drift, tf.mul(norm.weight, norm.deviation));
  return [tf.sub(direct!, indirect), dWeight!, dBias!];
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
