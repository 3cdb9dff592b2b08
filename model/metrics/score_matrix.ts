/**
 * Probabilities of documents and labels.
 *
 * @module
 */

/** The probability of every label for every document of a split. */
export interface ScoreMatrix {
  /** D, the rows. */
  readonly documents: number;
  /** L, the columns. */
  readonly labels: number;
  /** [D, L] row-major, documents in the split's order. */
  readonly scores: Float32Array;
}

/** A matrix in which every document has the same scores, [L]. */
export function sameScores(scores: Float64Array, documents: number): ScoreMatrix {
  const labels = scores.length;
  const matrix = new Float32Array(documents * labels);
  for (let row = 0; row < documents; row++) matrix.set(scores, row * labels);
  return { documents, labels, scores: matrix };
}

/** The scores of document `row`, [L]: a view of the matrix. */
export function documentScores({ labels, scores }: ScoreMatrix, row: number): Float32Array {
  return scores.subarray(row * labels, (row + 1) * labels);
}
