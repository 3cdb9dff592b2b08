/**
 * What every way of computing a recurrent layer agrees on: its weights, its cell, and the two passes.
 *
 * Legend: `B` documents, `T` tokens, `E` input size, `H` hidden units, `G` gates, `D` directions.
 *
 * @module
 */
import type { Forward } from "../../engine/gradient.ts";
import type { Tensor } from "../../engine/tf.ts";
import type { Positions } from "../positions.ts";

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
  /** Name of the native kernel that does the same, and in lower case of cuDNN's mode. */
  readonly kernel: "Gru" | "Lstm";
  /** G. */
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

/** A layer as those who compute it see it. */
export interface RecurrentLayer {
  /** What every step runs: a GRU or an LSTM. */
  readonly cell: Cell;
  /** The forward direction's, then the backward one's if there is one. */
  readonly weights: readonly DirectionWeights[];
  /** The input needs no gradient. */
  readonly frozenInput: boolean;
}

/** Gradients of a layer's input and weights. */
export interface RecurrentGradients {
  /** [B, T, E]; undefined where the input is frozen. */
  readonly dx: Tensor | undefined;
  /** In the order of {@linkcode weightList}. */
  readonly weights: Tensor[];
}

/** A way of computing a layer. Every document is read by its own length in both directions. */
export interface Recurrence {
  /** Hidden states [B, T, D·H] of an input [B, T, E], zero on padding, and what `backward` needs. */
  forward(layer: RecurrentLayer, x: Tensor, batch: Positions): Forward;
  /** Gradients from those of the hidden states [B, T, D·H], whose padding is not read. */
  backward(
    layer: RecurrentLayer,
    dy: Tensor,
    saved: readonly Tensor[],
    batch: Positions,
  ): RecurrentGradients;
}

/** All weights of all directions, in the order in which their gradients are returned. */
export function weightList(weights: readonly DirectionWeights[]): Tensor[] {
  return weights.flatMap((w) => [w.input, w.hidden, w.inputBias, w.hiddenBias]);
}
