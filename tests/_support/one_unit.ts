/**
 * A recurrent cell of one unit and one document, which fits plain numbers.
 *
 * @module
 */
import { tf } from "../../model/engine/tf.ts";
import type { Sweep } from "../../model/layers/recurrence/recurrence.ts";

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * A sweep forward over as many steps as `mask` has: 1 for a token, 0 for padding. `weights` and
 * `biases` are the hidden state's, one a gate.
 */
export function oneUnitSweep(
  weights: readonly number[],
  biases: readonly number[],
  mask: readonly number[],
): Sweep {
  return {
    hidden: tf.tensor2d([[...weights]]),
    hiddenBias: tf.tensor1d([...biases]),
    masks: mask.map((real) => tf.tensor2d([[real]])),
    order: mask.map((_, t) => t),
  };
}
