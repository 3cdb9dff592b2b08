/**
 * The recurrent layers: weights under PyTorch's names, each document read by its own length in both
 * directions, and one gradient for the whole sequence, whichever way computes it.
 *
 * Legend: `B` documents, `T` tokens, `E` input size, `H` hidden units, `G` gates, `D` directions.
 *
 * @module
 */
import { withGradient } from "../../engine/gradient.ts";
import { type Tensor, tf } from "../../engine/tf.ts";
import { uniform } from "../initializers.ts";
import type { Positions } from "../positions.ts";
import type { WeightScope } from "../weights.ts";
import { chooseRecurrence } from "./choose.ts";
import { gruCell } from "./gru_cell.ts";
import { lstmCell } from "./lstm_cell.ts";
import { type Cell, weightList } from "./recurrence.ts";

/** What a recurrent layer may be given beside its sizes. */
export interface RecurrentOptions {
  /** Documents are also read from their last token to their first; default false. */
  readonly bidirectional?: boolean;
  /** The input comes from frozen values: no gradient is computed for it, gates aside. Default false. */
  readonly frozenInput?: boolean;
}

/** Hidden states [B, T, D·H] of an input [B, T, E]; forward direction first, zero on padding. */
export type Recurrent = (x: Tensor, batch: Positions) => Tensor;

/**
 * Declares a GRU: [B, T, inputSize] → [B, T, D·hidden].
 *
 * Its weights are `{weight,bias}_{ih,hh}_l0` and, for the backward direction, the same with
 * `_reverse`; gates in the order reset, update, new. All start as PyTorch's do, U(±1/√hidden).
 */
export function createGru(
  scope: WeightScope,
  inputSize: number,
  hidden: number,
  options: RecurrentOptions = {},
): Recurrent {
  return createRecurrent(scope, gruCell, inputSize, hidden, options);
}

/** Declares an LSTM, as {@linkcode createGru}; gates in the order input, forget, cell, output. */
export function createLstm(
  scope: WeightScope,
  inputSize: number,
  hidden: number,
  options: RecurrentOptions = {},
): Recurrent {
  return createRecurrent(scope, lstmCell, inputSize, hidden, options);
}

function createRecurrent(
  scope: WeightScope,
  cell: Cell,
  inputSize: number,
  hidden: number,
  options: RecurrentOptions,
): Recurrent {
  const rows = cell.gates * hidden;
  const start = uniform(1 / Math.sqrt(hidden));
  const suffixes = options.bidirectional ? ["", "_reverse"] : [""];
  const weights = suffixes.map((suffix) => ({
    input: scope.parameter(`weight_ih_l0${suffix}`, [rows, inputSize], start),
    hidden: scope.parameter(`weight_hh_l0${suffix}`, [rows, hidden], start),
    inputBias: scope.parameter(`bias_ih_l0${suffix}`, [rows], start),
    hiddenBias: scope.parameter(`bias_hh_l0${suffix}`, [rows], start),
  }));
  const trained = weightList(weights);
  return (x, batch) =>
    tf.tidy(() => {
      const frozenInput = options.frozenInput === true && !batch.gates;
      const layer = { cell, weights, frozenInput };
      const recurrence = chooseRecurrence(); // both passes of a step take the same one
      return withGradient(
        frozenInput ? trained : [x, ...trained],
        () => recurrence.forward(layer, x, batch),
        (dy, saved) => {
          const { dx, weights: gradients } = recurrence.backward(layer, dy, saved, batch);
          return dx ? [dx, ...gradients] : gradients;
        },
      );
    });
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
