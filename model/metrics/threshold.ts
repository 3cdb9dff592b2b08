/**
 * The threshold that decides which labels are assigned, tuned on the dev split.
 *
 * Legend: `m` distinct scores of the positives.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import { countPooled, type PooledCounts, pooledCutPoints } from "./auc.ts";
import { allColumns, scoreOf, selectCells } from "./cells.ts";
import type { ScoreMatrix } from "./score_matrix.ts";

/** The threshold that is not tuned: of the metrics without `_tuned`, and where dev taught no other. */
export const FIXED_THRESHOLD = 0.5;

/**
 * The threshold that maximises micro-F1 of these scores (the dev split's), the highest of equals: the
 * largest float32 below the lowest score that it lets through. A label is assigned where its score is
 * above the threshold. 0.5 where no label is true.
 *
 * @throws {NumericError} where a score is not a probability.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const matrix = { documents: 1, labels: 4, scores: Float32Array.of(.9, .5, .25, .1) };
 * const truth = { offsets: Int32Array.of(0, 2), indices: Int32Array.of(0, 1) };
 * assert.equal(tuneThreshold(matrix, truth), 0.5 - 2 ** -25);
 * ```
 */
export function tuneThreshold(matrix: ScoreMatrix, truth: LabelRows): number {
  const cells = selectCells(matrix, truth);
  const cutPoints = pooledCutPoints(cells);
  return bestThreshold(cutPoints.keys, countPooled(cells, cutPoints, allColumns(cells))[0]!);
}

/**
 * Micro-F1 only rises where a positive is let through, so the positives' scores are all there is to try.
 *
 * @param keys [m] of the positives' distinct scores, ascending.
 * @param counts of all cells at and between them.
 */
function bestThreshold(keys: Uint32Array, counts: PooledCounts): number {
  const positives = counts.positives.reduce((sum, count) => sum + count, 0);
  let best = 0;
  let bestKey: number | undefined;
  let hits = 0;
  let assigned = counts.cells[2 * keys.length]!;
  for (let at = keys.length - 1; at >= 0; at--) {
    hits += counts.positives[at]!;
    assigned += counts.cells[2 * at + 1]!;
    const f1 = 2 * hits / (assigned + positives);
    if (f1 > best) {
      best = f1;
      bestKey = keys[at]!;
    }
    assigned += counts.cells[2 * at]!;
  }
  if (bestKey === undefined) return FIXED_THRESHOLD;
  return bestKey === 0 ? -Number.MIN_VALUE : scoreOf(bestKey - 1);
}
