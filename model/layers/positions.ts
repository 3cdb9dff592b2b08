/**
 * What every layer is told beside its input: which positions of a padded sequence are real, and how the
 * forward pass runs.
 *
 * @module
 */
import { type Tensor, tf } from "../engine/tf.ts";

/** How far each document of a batch reaches in a padded sequence. */
export interface Positions {
  /** Documents, B. */
  readonly size: number;
  /** Padded width, T: the length of the longest document at least. */
  readonly width: number;
  /** [B] int32, each at least 1. */
  readonly lengths: Tensor;
  /** [B, T] float32: 1 on real positions, 0 on padding. */
  readonly mask: Tensor;
  /** The lengths on the host, for what is planned there. */
  readonly hostLengths: Int32Array;
  /**
   * [B, T], ones: what each token's input vector is multiplied by where attribution asks for the gradient
   * in it, which is gradient × input. Absent elsewhere.
   */
  readonly gates?: Tensor | undefined;
}

/** What a forward pass depends on beside its inputs and weights. */
export interface Mode {
  /** Dropout on, batch-norm statistics from the batch and accumulated into the running ones. */
  readonly training: boolean;
  /** Seed of this step's random draws: each layer derives its own from it and its name. */
  readonly seed: number;
  /**
   * What tells each row from all others of the split, where every row draws by itself: its dropout then
   * does not depend on the rows beside it. Absent where one stream serves the whole batch.
   */
  readonly draws?: Int32Array | undefined;
  /** The ranks among which this pass is divided, where batch norm takes the statistics of all. */
  readonly across?: AcrossRanks | undefined;
}

/** How a trained model is asked: nothing is drawn, and batch norm has its running statistics. */
export const inference: Mode = { training: false, seed: 0 };

/** What a pass over a part of a batch has to do with the other parts, which other processes pass over. */
export interface AcrossRanks {
  /**
   * What every rank brings to this, by rank; all bring as many numbers, in the same order of calls. It
   * waits for the slowest.
   */
  gather(own: Float32Array): readonly Float32Array[];
  /** This rank has no document in this pass: it only takes part in what is gathered. */
  readonly idle: boolean;
}

/** What scores of padding are lowered by: it then takes no part in a softmax or a maximum. */
export const PADDING_PENALTY = 1e30;

/** What is added to the scores of positions [B, T]: 0 on real ones, minus the penalty on padding. */
export function penaltyOf(mask: Tensor): Tensor {
  return tf.mul(tf.sub(mask, 1), PADDING_PENALTY);
}

/** Positions of documents of the given lengths, padded to `width`. */
export function createPositions(hostLengths: Int32Array, width: number): Positions {
  const mask = new Float32Array(hostLengths.length * width);
  hostLengths.forEach((length, b) => mask.fill(1, b * width, b * width + length));
  return {
    size: hostLengths.length,
    width,
    lengths: tf.tensor1d(hostLengths, "int32"),
    mask: tf.tensor2d(mask, [hostLengths.length, width]),
    hostLengths,
  };
}

/**
 * The positions of a sequence that is derived from another: a convolution's outputs, pooled pairs,
 * sentences. A document of n positions keeps `lengthOf(n)`, which must not decrease: the longest
 * document stays the longest.
 */
export function derivePositions(
  positions: Positions,
  lengthOf: (length: number) => number,
): Positions {
  return createPositions(positions.hostLengths.map(lengthOf), lengthOf(positions.width));
}
