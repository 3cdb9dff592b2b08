/**
 * Sequences derived from a batch's tokens that are longer or shorter than them: a convolution's outputs,
 * pooled pairs, sentences.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import type { Positions } from "../model.ts";

/**
 * The positions left when a document of n of them keeps `lengthOf(n)`. `lengthOf` must not decrease:
 * the longest document stays the longest.
 */
export function derivePositions(
  positions: Positions,
  lengthOf: (length: number) => number,
): Positions {
  return createPositions(positions.hostLengths.map(lengthOf), lengthOf(positions.width));
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
