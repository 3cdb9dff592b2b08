/**
 * The recurrence in this project's kernels, which the `tensorflow` engine has.
 *
 * @module
 */
import type { Forward } from "../../engine/gradient.ts";
import { nativeOp } from "../../engine/kernels.ts";
import { type Tensor, tf } from "../../engine/tf.ts";
import type { Positions } from "../positions.ts";
import type {
  DirectionWeights,
  Recurrence,
  RecurrentGradients,
  RecurrentLayer,
} from "./recurrence.ts";

/** A kernel for the whole sequence in both directions; to be used where the kernels are loaded. */
export const nativeRecurrence: Recurrence = { forward, backward };

function forward({ cell, weights }: RecurrentLayer, x: Tensor, batch: Positions): Forward {
  const inputs = [x, batch.lengths, ...stackWeights(weights)];
  const [y, kept] = nativeOp(cell.kernel, { save: true }, inputs, 2)!;
  return { value: y!, saved: [x, y!, kept!] };
}

function backward(
  { cell, weights, frozenInput }: RecurrentLayer,
  dy: Tensor,
  [x, y, kept]: readonly Tensor[],
  batch: Positions,
): RecurrentGradients {
  const inputs = [x!, batch.lengths, ...stackWeights(weights), y!, dy, kept!];
  const attributes = { input_gradient: !frozenInput };
  const [dx, ...stacked] = nativeOp(`${cell.kernel}Gradient`, attributes, inputs, 5)!;
  const parts = stacked.map((gradient) => tf.unstack(gradient));
  const all = weights.flatMap((_, direction) => parts.map((part) => part[direction]!));
  return { dx: frozenInput ? undefined : dx!, weights: all };
}

/** Each kind of weight for all directions: [D, …]. */
function stackWeights(weights: readonly DirectionWeights[]): Tensor[] {
  const kinds = ["input", "hidden", "inputBias", "hiddenBias"] as const;
  return kinds.map((kind) => tf.stack(weights.map((w) => w[kind])));
}
