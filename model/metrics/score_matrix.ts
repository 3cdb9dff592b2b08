/**
 * Probabilities of documents and labels.
 *
 * @module
 */

/** Probabilities of a split's documents. */
export interface ScoreMatrix {
  /** Rows. */
  readonly documents: number;
  /** Columns, L. */
  readonly labels: number;
  /** [documents, L] row-major, in the split's order. */
  readonly scores: Float32Array;
}
