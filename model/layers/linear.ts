/**
 * The fully connected layer, y = x·Wᵀ + b.
 *
 * @module
 */
import { type Tensor, tf } from "../engine/tf.ts";
import { fanInUniform, uniform } from "./initializers.ts";
import type { Initializer, WeightScope } from "./weights.ts";

/** How a linear layer is set up. */
export interface LinearOptions {
  /** Whether a bias is added; default true. */
  readonly bias?: boolean;
  /** First values of the weight; PyTorch's default otherwise. */
  readonly initializer?: Initializer;
  /** First values of the bias; PyTorch's default otherwise. */
  readonly biasInitializer?: Initializer;
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
  const weight = scope.parameter("weight", [outputs, inputs], options.initializer ?? fanInUniform);
  const bias = (options.bias ?? true)
    ? scope.parameter("bias", [outputs], options.biasInitializer ?? uniform(1 / Math.sqrt(inputs)))
    : undefined;
  return (x) => {
    const rows = tf.reshape(x, [-1, inputs]);
    const y = tf.matMul(rows, weight, false, true);
    return tf.reshape(bias ? tf.add(y, bias) : y, [...x.shape.slice(0, -1), outputs]);
  };
}
