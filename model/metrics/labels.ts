/**
 * How a system does on each label by itself.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import { columnAreas, columnCutPoints, columnPrecisions, countColumns } from "./auc.ts";
import { selectCells } from "./cells.ts";
import { decide, f1Values } from "./f1.ts";
import type { ScoreMatrix } from "./score_matrix.ts";

/** One label's metrics, from 0 to 1. */
export interface LabelMetrics {
  /** Documents that carry the label. */
  readonly positives: number;
  /** Documents that the threshold assigns it to. */
  readonly assigned: number;
  /** 0 where it is assigned to none. */
  readonly precision: number;
  /** 0 where none carries it. */
  readonly recall: number;
  readonly f1: number;
  /** NaN where none carries it, or all do. */
  readonly auc: number;
  /** Average precision; NaN where none carries it. */
  readonly auprc: number;
}

/**
 * Every label's metrics, in index order.
 *
 * @throws {NumericError} where a score is not a probability.
 */
export function evaluateLabels(
  matrix: ScoreMatrix,
  truth: LabelRows,
  threshold: number,
): LabelMetrics[] {
  const cells = selectCells(matrix, truth);
  const decisions = decide(cells, threshold);
  const cutPoints = columnCutPoints(cells);
  const counts = countColumns(cells, cutPoints);
  const areas = columnAreas(cutPoints, counts);
  const precisions = columnPrecisions(cutPoints, counts);
  const sizeOf = ({ offsets }: { readonly offsets: Uint32Array }, column: number) =>
    offsets[column + 1]! - offsets[column]!;
  return Array.from({ length: matrix.labels }, (_, column) => {
    const { micro_precision, micro_recall, micro_f1 } = f1Values(decisions, Int32Array.of(column));
    return {
      positives: sizeOf(decisions.positive, column),
      assigned: sizeOf(decisions.assigned, column),
      precision: micro_precision,
      recall: micro_recall,
      f1: micro_f1,
      auc: areas[column]!,
      auprc: precisions[column]!,
    };
  });
}
