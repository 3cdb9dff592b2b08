/** Cells as a matrix of one label. */
import type { ScoreMatrix } from "../../model/metrics/score_matrix.ts";
import { joinRows, type LabelRows } from "../../pipeline/dataset/documents.ts";

/** A document for each score; `truth` is 1 where its label is true. */
export function oneColumn(
  { scores, truth }: { readonly scores: readonly number[]; readonly truth: readonly number[] },
): { readonly matrix: ScoreMatrix; readonly truth: LabelRows } {
  return {
    matrix: { documents: scores.length, labels: 1, scores: Float32Array.from(scores) },
    truth: joinRows(truth.map((value) => value === 1 ? Int32Array.of(0) : new Int32Array())),
  };
}
