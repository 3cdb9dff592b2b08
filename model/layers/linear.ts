/**
 * The fully connected layer, y = x·Wᵀ + b. Only x is kept for the backward pass.
 *
 * @module
 */
import { withGradient } from "../engine/gradient.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { fanInUniform, uniform } from "./initializers.ts";
import type { Initializer, WeightScope } from "./weights.ts";

/** What a linear layer may be given beside its sizes. */
export interface LinearOptions {
  /** Whether a bias is added; default true. */
  readonly bias?: boolean | undefined;
  /** First values of the weight; default PyTorch's, U(±1/√inputs). */
  readonly initializer?: Initializer | undefined;
  /** First values of the bias; default PyTorch's, the same. */
  readonly biasInitializer?: Initializer | undefined;
}

/** Maps the last axis: [..., inputs] → [..., outputs]. */
export type Linear = (x: Tensor) => Tensor;

/** Declares `weight` [outputs, inputs] and, unless told otherwise, `bias` [outputs]. */
export function createLinear(
  scope: WeightScope,
  inputs: number,
  outputs: number,
  options: LinearOptions = {},
): Linear {
  const { bias: biased = true, initializer = fanInUniform } = options;
  const { biasInitializer = uniform(1 / Math.sqrt(inputs)) } = options;
  const weight = scope.parameter("weight", [outputs, inputs], initializer);
  const bias = biased ? scope.parameter("bias", [outputs], biasInitializer) : undefined;
  return (x) => {
    const rowsOf = (x: Tensor) => tf.reshape(x, [-1, x.shape.at(-1)!]);
    return withGradient(
      bias ? [x, weight, bias] : [x, weight],
      () => {
        const y = tf.matMul(rowsOf(x), weight, false, true);
        const biased = bias ? tf.add(y, bias) : y;
        return { value: tf.reshape(biased, [...x.shape.slice(0, -1), outputs]), saved: [x] };
      },
      (dy, [x]) => {
        const upstream = rowsOf(dy);
        const dx = tf.reshape(tf.matMul(upstream, weight), x!.shape);
        const dWeight = tf.matMul(upstream, rowsOf(x!), true);
        return bias ? [dx, dWeight, tf.sum(upstream, 0)] : [dx, dWeight];
      },
    );
  };
}
