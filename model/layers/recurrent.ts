/**
 * What the GRU and the LSTM share: weights under PyTorch's names, both directions with each document's
 * own length, and one gradient for the whole sequence.
 *
 * Legend: `B` documents, `T` tokens, `E` input size, `H` hidden units, `G` gates, `D` directions.
 *
 * @module
 */
import { nativeKernels, nativeOp } from "../engine/native.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { xavierUniform, zeros } from "../initializers.ts";
import type { Positions } from "../model.ts";
import type { Initializer, WeightScope } from "../weights.ts";
import { type Forward, withGradient } from "./gradient.ts";

/** How a recurrent layer is set up. */
export interface RecurrentOptions {
  /** Also reads each document from its last token to its first; default false. */
  readonly bidirectional?: boolean;
  /** First values of the weight matrices; default Xavier-uniform. */
  readonly initializer?: Initializer;
  /** First values of the biases; default zeros. */
  readonly biasInitializer?: Initializer;
  /** The input comes from frozen values: no gradient is computed for it. Default false. */
  readonly frozenInput?: boolean;
}

/** Hidden states [B, T, D·H] of an input [B, T, E]; forward direction first, zero on padding. */
export type Recurrent = (x: Tensor, batch: Positions) => Tensor;

/** One direction's weights. */
export interface DirectionWeights {
  /** [G·H, E]. */
  readonly input: Tensor;
  /** [G·H, H]. */
  readonly hidden: Tensor;
  /** [G·H]. */
  readonly inputBias: Tensor;
  /** [G·H]. */
  readonly hiddenBias: Tensor;
}

/** One direction's weights in the step's form, and the order of its steps. */
export interface Sweep {
  /** [H, G·H]. */
  readonly hidden: Tensor;
  /** [G·H]. */
  readonly hiddenBias: Tensor;
  /** Per step: 1 where the document has this token, [B, 1]. */
  readonly masks: readonly Tensor[];
  /** Steps in the order in which this direction reads them. */
  readonly order: readonly number[];
}

/** A recurrent cell run over a whole sequence in plain tensor operations, all time-major. */
export interface Cell {
  /** The native kernel that does the same: `Gru`, `Lstm`. */
  readonly kernel: string;
  /** Number of gates, G. */
  readonly gates: number;
  /** Hidden states [T, B, H] of projected inputs [T, B, G·H], and what the gradient needs. */
  run(projected: Tensor, sweep: Sweep): { hidden: Tensor; saved: Tensor[] };
  /**
   * Gradients of the pre-activations on the input's and on the hidden state's side, each
   * [T, B, G·H], from those of the hidden states [T, B, H]. `before` holds the hidden state before
   * each step.
   */
  differentiate(
    dHidden: Tensor,
    before: Tensor,
    saved: readonly Tensor[],
    sweep: Sweep,
  ): { input: Tensor; hidden: Tensor };
}

/** Declares `{weight,bias}_{ih,hh}_l0` and, for the backward direction, the same with `_reverse`. */
export function createRecurrent(
  scope: WeightScope,
  cell: Cell,
  inputSize: number,
  hidden: number,
  options: RecurrentOptions,
): Recurrent {
  const { gates } = cell;
  const initializer = options.initializer ?? xavierUniform;
  const biasInitializer = options.biasInitializer ?? zeros;
  const suffixes = options.bidirectional ? ["", "_reverse"] : [""];
  const weights = suffixes.map((suffix) => ({
    input: scope.parameter(`weight_ih_l0${suffix}`, [gates * hidden, inputSize], initializer),
    hidden: scope.parameter(`weight_hh_l0${suffix}`, [gates * hidden, hidden], initializer),
    inputBias: scope.parameter(`bias_ih_l0${suffix}`, [gates * hidden], biasInitializer),
    hiddenBias: scope.parameter(`bias_hh_l0${suffix}`, [gates * hidden], biasInitializer),
  }));
  return (x, batch) =>
    tf.tidy(() => {
      const trained = weightList(weights);
      const inputs = options.frozenInput ? trained : [x, ...trained];
      const backward = nativeKernels() ? nativeBackward : plainBackward;
      return withGradient(
        inputs,
        () => (nativeKernels() ? nativeForward : plainForward)(cell, x, batch, weights),
        (dy, saved) => {
          const { dx, weights: gradients } = backward(
            cell,
            dy,
            saved,
            batch,
            weights,
            options.frozenInput ?? false,
          );
          return dx ? [dx, ...gradients] : gradients;
        },
      );
    });
}

/** All weights of all directions, in the order in which their gradients are returned. */
function weightList(weights: readonly DirectionWeights[]): Tensor[] {
  return weights.flatMap((w) => [w.input, w.hidden, w.inputBias, w.hiddenBias]);
}

/**
 * The hidden state of each direction after its last step, [B, D·H], from the states [B, T, D·H] of a
 * bidirectional layer: the forward direction's at the last token, the backward one's at the first.
 */
export function finalStates(states: Tensor, batch: Positions): Tensor {
  const [documents, width, size] = states.shape as [number, number, number];
  const hidden = size / 2;
  return tf.tidy(() => {
    const starts = tf.range(0, documents, 1, "int32");
    const last = tf.add(tf.mul(starts, width), tf.sub(batch.lengths, 1));
    const first = tf.mul(starts, width);
    const rows = tf.expandDims(tf.cast(tf.concat([last, first], 0), "int32"), 1);
    return withGradient(
      [states],
      () => {
        const picked = tf.gatherND(tf.reshape(states, [documents * width, size]), rows);
        const forward = tf.slice(picked, [0, 0], [documents, hidden]);
        const backward = tf.slice(picked, [documents, hidden], [documents, hidden]);
        return { value: tf.concat([forward, backward], 1), saved: [rows] };
      },
      (dy, [rows]) => {
        const forward = tf.pad(tf.slice(dy, [0, 0], [-1, hidden]), [[0, 0], [0, hidden]]);
        const backward = tf.pad(tf.slice(dy, [0, hidden], [-1, hidden]), [[0, 0], [hidden, 0]]);
        const updates = tf.concat([forward, backward], 0);
        // Rows given twice (documents of one token) are summed.
        const scattered = tf.scatterND(rows!, updates, [documents * width, size]);
        return [tf.reshape(scattered, [documents, width, size])];
      },
    );
  });
}

interface Gradients {
  readonly dx?: Tensor;
  /** In the order of {@linkcode weightList}. */
  readonly weights: Tensor[];
}

function nativeForward(
  cell: Cell,
  x: Tensor,
  batch: Positions,
  weights: readonly DirectionWeights[],
): Forward {
  const inputs = [x, batch.lengths, ...stackWeights(weights)];
  const [y, kept] = nativeOp(cell.kernel, { save: true }, inputs, 2)!;
  return { value: y!, saved: [x, y!, kept!] };
}

function nativeBackward(
  cell: Cell,
  dy: Tensor,
  [x, y, kept]: readonly Tensor[],
  batch: Positions,
  weights: readonly DirectionWeights[],
  frozenInput: boolean,
): Gradients {
  const inputs = [x!, batch.lengths, ...stackWeights(weights), y!, dy, kept!];
  const attributes = { input_gradient: !frozenInput };
  const [dx, ...stacked] = nativeOp(`${cell.kernel}Gradient`, attributes, inputs, 5)!;
  const parts = stacked.map((gradient) => tf.unstack(gradient));
  const all = weights.flatMap((_, direction) => parts.map((part) => part[direction]!));
  return frozenInput ? { weights: all } : { dx: dx!, weights: all };
}

/** Each kind of weight for all directions: [D, …]. */
function stackWeights(weights: readonly DirectionWeights[]): Tensor[] {
  const kinds = ["input", "hidden", "inputBias", "hiddenBias"] as const;
  return kinds.map((kind) => tf.stack(weights.map((w) => w[kind])));
}

function plainForward(
  cell: Cell,
  x: Tensor,
  batch: Positions,
  weights: readonly DirectionWeights[],
): Forward {
  const inputs = timeMajor(x);
  const runs = weights.map((w, direction) =>
    cell.run(project(inputs, w), sweepOf(w, batch, direction))
  );
  const value = timeMajor(tf.concat(runs.map((run) => run.hidden), 2));
  return { value, saved: [x, value, ...runs.flatMap((run) => run.saved)] };
}

function plainBackward(
  cell: Cell,
  dy: Tensor,
  [x, states, ...saved]: readonly Tensor[],
  batch: Positions,
  weights: readonly DirectionWeights[],
  frozenInput: boolean,
): Gradients {
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
  const gradients = parts.flatMap((part) => part.weights);
  if (frozenInput) return { weights: gradients };
  return { dx: timeMajor(tf.addN(parts.map((part) => part.x()))), weights: gradients };
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
  const dInput = rows(gates.input), dHidden = rows(gates.hidden);
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
