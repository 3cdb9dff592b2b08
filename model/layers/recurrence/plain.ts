/**
 * The recurrence in plain tensor operations: it runs on every engine, and every other way of computing
 * it is held against this one.
 *
 * Legend: `B` documents, `T` tokens, `E` input size, `H` hidden units, `G` gates, `D` directions.
 *
 * @module
 */
import type { Forward } from "../../engine/gradient.ts";
import { type Tensor, tf } from "../../engine/tf.ts";
import type { Positions } from "../positions.ts";
import type {
  DirectionWeights,
  Recurrence,
  RecurrentGradients,
  RecurrentLayer,
  Sweep,
} from "./recurrence.ts";

/** One tensor operation after the other, step by step. */
export const plainRecurrence: Recurrence = { forward, backward };

function forward({ cell, weights }: RecurrentLayer, x: Tensor, batch: Positions): Forward {
  const inputs = timeMajor(x);
  const runs = weights.map((w, direction) =>
    cell.run(project(inputs, w), sweepOf(w, batch, direction))
  );
  const value = timeMajor(tf.concat(runs.map((run) => run.hidden), 2));
  return { value, saved: [x, value, ...runs.flatMap((run) => run.saved)] };
}

function backward(
  { cell, weights, frozenInput }: RecurrentLayer,
  dy: Tensor,
  [x, states, ...saved]: readonly Tensor[],
  batch: Positions,
): RecurrentGradients {
  const inputs = timeMajor(x!);
  const perDirection = saved.length / weights.length;
  const dStates = tf.split(timeMajor(dy), weights.length, 2);
  const parts = tf.split(timeMajor(states!), weights.length, 2).map((hidden, direction) => {
    const w = weights[direction]!;
    const before = shiftSteps(hidden, direction);
    const kept = saved.slice(direction * perDirection, (direction + 1) * perDirection);
    const sweep = sweepOf(w, batch, direction);
    const gates = cell.differentiate(dStates[direction]!, before, kept, sweep);
    return weightGradients(inputs, before, w, gates);
  });
  return {
    dx: frozenInput ? undefined : timeMajor(tf.addN(parts.map((part) => part.x()))),
    weights: parts.flatMap((part) => part.weights),
  };
}

/** [B, T, ·] ↔ [T, B, ·]. */
function timeMajor(x: Tensor): Tensor {
  return tf.transpose(x, [1, 0, 2]);
}

function project(inputs: Tensor, weights: DirectionWeights): Tensor {
  const [steps, documents, size] = inputs.shape as [number, number, number];
  const flat = tf.matMul(tf.reshape(inputs, [-1, size]), weights.input, false, true);
  return tf.reshape(tf.add(flat, weights.inputBias), [steps, documents, -1]);
}

function sweepOf(weights: DirectionWeights, batch: Positions, direction: number): Sweep {
  const forward = Array.from({ length: batch.width }, (_, t) => t);
  return {
    hidden: tf.transpose(weights.hidden),
    hiddenBias: weights.hiddenBias,
    masks: tf.split(batch.mask, batch.width, 1),
    order: direction === 0 ? forward : forward.reverse(),
  };
}

/** The hidden state before each step: zero first, and for the reverse direction from the right. */
function shiftSteps(hidden: Tensor, direction: number): Tensor {
  const [steps] = hidden.shape as [number];
  return direction === 0
    ? tf.pad(tf.slice(hidden, 0, steps - 1), [[1, 0], [0, 0], [0, 0]])
    : tf.pad(tf.slice(hidden, 1, steps - 1), [[0, 1], [0, 0], [0, 0]]);
}

function weightGradients(
  inputs: Tensor,
  before: Tensor,
  weights: DirectionWeights,
  gates: { input: Tensor; hidden: Tensor },
): { x: () => Tensor; weights: Tensor[] } {
  const [steps, documents, size] = inputs.shape as [number, number, number];
  const rows = (tensor: Tensor) => tf.reshape(tensor, [steps * documents, -1]);
  const dInput = rows(gates.input);
  const dHidden = rows(gates.hidden);
  return {
    x: () => tf.reshape(tf.matMul(dInput, weights.input), [steps, documents, size]),
    weights: [
      tf.matMul(dInput, rows(inputs), true),
      tf.matMul(dHidden, rows(before), true),
      tf.sum(dInput, 0),
      tf.sum(dHidden, 0),
    ],
  };
}
