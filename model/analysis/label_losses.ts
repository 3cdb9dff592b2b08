/**
 * What each label costs a model: the normalised cross-entropy of the paper's Fig. 11.
 *
 * Legend: `D` documents, `L` labels.
 *
 * @module
 */
import { type LabelRows, rowOf } from "../../pipeline/dataset/documents.ts";
import type { ScoreMatrix } from "../metrics/score_matrix.ts";

/** A label's mean cross-entropy, and how often it occurs. */
export interface LabelLoss {
  /** Index of the label. */
  readonly label: number;
  /** Its frequency: the D documents that carry it, at least 1. */
  readonly documents: number;
  /** Its binary cross-entropy summed over the D documents, in nats. */
  readonly loss: number;
  /** `loss` divided by the label's frequency and by D. */
  readonly normalised: number;
}

/** The least that a loss takes for a probability, where float32 has rounded it to 0 or to 1. */
const LEAST = { ofPositive: 2 ** -149, ofNegative: 2 ** -25 };

/**
 * The losses of all labels that some document carries, by falling frequency, ties by index: a loss
 * cannot be divided by no frequency.
 *
 * @param matrix [D, L] probabilities.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const matrix = { documents: 2, labels: 2, scores: Float32Array.of(0.5, 0.5, 0.5, 0.5) };
 * const truth = { offsets: Int32Array.of(0, 1, 2), indices: Int32Array.of(1, 1) };
 * const loss = 2 * Math.LN2;
 * assert.deepEqual(labelLosses(matrix, truth), [
 *   { label: 1, documents: 2, loss, normalised: loss / 2 / 2 },
 * ]);
 * ```
 */
export function labelLosses(matrix: ScoreMatrix, truth: LabelRows): LabelLoss[] {
  const { documents, labels, scores } = matrix;
  const losses = new Float64Array(labels);
  const frequencies = new Int32Array(labels);
  for (let row = 0; row < documents; row++) {
    const own = new Set(rowOf(truth, row));
    for (let label = 0; label < labels; label++) {
      losses[label]! += crossEntropy(scores[row * labels + label]!, own.has(label));
    }
    for (const label of own) frequencies[label]!++;
  }
  return [...frequencies.keys()]
    .filter((label) => frequencies[label]! > 0)
    .sort((a, b) => frequencies[b]! - frequencies[a]! || a - b)
    .map((label) => {
      const [frequency, loss] = [frequencies[label]!, losses[label]!];
      return { label, documents: frequency, loss, normalised: loss / frequency / documents };
    });
}

/** −log of the probability given to the truth, finite where float32 rounded that to 0. */
function crossEntropy(probability: number, positive: boolean): number {
  return -Math.log(
    positive
      ? Math.max(probability, LEAST.ofPositive)
      : Math.max(1 - probability, LEAST.ofNegative),
  );
}
