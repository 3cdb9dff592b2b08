/**
 * The cells of a score matrix by their score: all that calibration needs to know of them.
 *
 * Legend: `D` documents, `N` distinct scores.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import { scoreOf, selectCells } from "../metrics/cells.ts";
import type { ScoreMatrix } from "../metrics/score_matrix.ts";

/** Cells that share a score, for every score that occurs. */
export interface ScoreLevels {
  /** [N] ascending. */
  readonly scores: Float64Array;
  /** [N] cells that have the score. */
  readonly cells: Float64Array;
  /** [N] those of them that are true. */
  readonly positives: Float64Array;
}

/**
 * Sorts the cells of some documents; of all by default.
 *
 * @param uses whether a document's cells count, by its row.
 * @throws {NumericError} where a score is not a probability.
 */
export function scoreLevels(
  matrix: ScoreMatrix,
  truth: LabelRows,
  uses: (row: number) => boolean = () => true,
): ScoreLevels {
  const cells = selectCells(matrix, truth);
  const { documents, labels } = matrix;
  const rows = Array.from({ length: documents }, (_, row) => row).filter(uses);
  const marked = new Uint32Array(rows.length * labels); // a cell's key, then whether it is true
  rows.forEach((row, at) => {
    for (let label = 0; label < labels; label++) {
      marked[at * labels + label] = cells.keys[row * labels + label]! * 2;
    }
    for (let i = cells.offsets[row]!; i < cells.offsets[row + 1]!; i++) {
      marked[at * labels + cells.positives[i]!]!++;
    }
  });
  return countLevels(marked.sort());
}

/** @param marked ascending. */
function countLevels(marked: Uint32Array): ScoreLevels {
  let size = 0;
  for (let at = 0; at < marked.length; at++) {
    if (at === 0 || marked[at]! >>> 1 !== marked[at - 1]! >>> 1) size++;
  }
  const scores = new Float64Array(size);
  const cells = new Float64Array(size);
  const positives = new Float64Array(size);
  let level = -1;
  for (let at = 0; at < marked.length; at++) {
    const key = marked[at]! >>> 1;
    if (at === 0 || key !== marked[at - 1]! >>> 1) scores[++level] = scoreOf(key);
    cells[level]!++;
    positives[level]! += marked[at]! & 1;
  }
  return { scores, cells, positives };
}
