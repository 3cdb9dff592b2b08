/**
 * The metrics of automated medical coding (DESIGN §8), from a matrix of probabilities and the labels
 * that are true. Scores are read in place: what is computed beside them is small, but for the intervals'
 * lists, which hold every cell at most once.
 *
 * Legend: `D` documents, `L` labels.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import { UsageError } from "../../pipeline/errors.ts";
import {
  columnAreas,
  columnSlots,
  countColumns,
  countPooled,
  pooledArea,
  type PooledCounts,
  pooledSlots,
} from "./auc.ts";
import type { Resamples } from "./bootstrap/resamples.ts";
import { type Cells, type ColumnGroups, groupColumns, selectCells } from "./cells.ts";
import { bestThreshold, decide, f1Values } from "./f1.ts";
import { bootstrapIntervals, type Intervals } from "./bootstrap/intervals.ts";
import { RANKING_METRICS, type Values } from "./names.ts";
import { meanPrecisionAt, rankingValues, weightedMean } from "./ranking.ts";
import { rankingMeans, sampleValues, takeSample } from "./sample.ts";
import type { ScoreMatrix } from "./score_matrix.ts";

export { drawResamples, type Resamples } from "./bootstrap/resamples.ts";
export type { Intervals } from "./bootstrap/intervals.ts";
export { type Metric, METRICS, type Values } from "./names.ts";

/** How scores are evaluated. */
export interface EvaluationOptions {
  /** Threshold of the `…_tuned` metrics: {@linkcode tuneThreshold} of the dev split's scores. */
  readonly threshold: number;
  /** Resamples of the documents that the intervals come from; no intervals when absent. */
  readonly resamples?: Resamples;
}

/** What {@linkcode evaluateScores} finds. */
export interface Metrics {
  /** Documents, D. */
  readonly documents: number;
  /** Labels evaluated, L. */
  readonly labels: number;
  /** Labels with a positive among the documents. */
  readonly present: number;
  /** Positive cells. */
  readonly positives: number;
  /** From 0 to 1; NaN where undefined (an AUC without positives, a recall without labels). */
  readonly values: Values;
  /** 95% bootstrap intervals, where asked for. */
  readonly intervals?: Intervals;
}

/**
 * Every metric of DESIGN §8 of a matrix of probabilities.
 *
 * @throws {NumericError} where a score is not a probability.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const matrix = { documents: 2, labels: 3, scores: Float32Array.of(.9, .2, .6, .1, .7, .3) };
 * const truth = { offsets: Int32Array.of(0, 2, 3), indices: Int32Array.of(0, 1, 1) };
 * const { values } = evaluateScores(matrix, truth, { threshold: 0.65 });
 * assert.equal(values.micro_f1, 2 * 2 / (3 + 3));
 * assert.equal(values.micro_f1_tuned, 2 * 2 / (2 + 3));
 * assert.equal(values["r@5"], 1);
 * ```
 */
export function evaluateScores(
  matrix: ScoreMatrix,
  truth: LabelRows,
  options: EvaluationOptions,
): Metrics {
  const cells = selectCells(matrix, truth);
  return evaluateCells(cells, wholeOf(cells), options)[0]!;
}

/**
 * Every metric of several groups of labels, each as if the matrix had no other labels. Much is computed
 * once for all of them.
 *
 * @param groups label indices of each group, ascending.
 * @throws {NumericError} where a score is not a probability.
 */
export function evaluateGroups(
  matrix: ScoreMatrix,
  truth: LabelRows,
  { groups, ...options }: EvaluationOptions & { readonly groups: readonly Int32Array[] },
): Metrics[] {
  return evaluateCells(selectCells(matrix, truth), groupColumns(matrix.labels, groups), options);
}

/**
 * The threshold that maximises micro-F1 of these scores (the dev split's), the highest of equals; 0.5
 * where no label is true. A label is assigned where its score is above it.
 */
export function tuneThreshold(matrix: ScoreMatrix, truth: LabelRows): number {
  const cells = selectCells(matrix, truth);
  return bestThreshold(pooledSlots(cells).keys, countWhole(cells));
}

/** Precision at `k`, averaged over documents. Far cheaper than all metrics. */
export function precisionAt(matrix: ScoreMatrix, truth: LabelRows, k: number): number {
  return meanPrecisionAt(selectCells(matrix, truth), k);
}

/**
 * One metric alone, for early stopping: `p@k` for any k, a ranking metric, an AUC, or an F1 at 0.5.
 *
 * @throws {UsageError} for any other name.
 */
export function monitorValue(name: string, matrix: ScoreMatrix, truth: LabelRows): number {
  const k = /^p@([1-9]\d*)$/.exec(name)?.[1];
  if (k !== undefined) return precisionAt(matrix, truth, Number(k));
  const value = monitored(name, selectCells(matrix, truth));
  if (value === undefined) {
    const known = ["p@5", "p@8", "p@15", "micro_f1", "macro_f1", "map", "micro_auc", "macro_auc"];
    throw new UsageError(`monitoring ${name}: no such metric; use one of ${known.join(", ")}`);
  }
  return value;
}

function monitored(name: string, cells: Cells): number | undefined {
  if (name === "micro_auc") return pooledArea(countWhole(cells));
  if (name === "macro_auc") {
    const slots = columnSlots(cells);
    return weightedMean(columnAreas(slots, countColumns(cells, slots)));
  }
  const values = RANKING_METRICS.some((metric) => metric === name)
    ? rankingMeans(rankingValues(cells))
    : f1Values(decide(cells, 0.5), cells.columns);
  return new Map(Object.entries(values)).get(name);
}

function evaluateCells(
  cells: Cells,
  groups: ColumnGroups,
  { threshold, resamples }: EvaluationOptions,
): Metrics[] {
  const sample = takeSample(cells, groups, threshold), values = sampleValues(sample);
  const intervals = resamples && bootstrapIntervals(sample, values, resamples);
  const { offsets } = sample.fixed.positive;
  return groups.members.map((members, group) => {
    const positives = Array.from(members, (column) => offsets[column + 1]! - offsets[column]!);
    return {
      documents: cells.documents,
      labels: members.length,
      present: positives.filter((count) => count > 0).length,
      positives: positives.reduce((sum, count) => sum + count, 0),
      values: values[group]!,
      ...(intervals && { intervals: intervals[group]! }),
    };
  });
}

/** All columns as one group. */
function wholeOf({ columns }: Cells): ColumnGroups {
  return groupColumns(columns.length, [columns]);
}

function countWhole(cells: Cells): PooledCounts {
  return countPooled(cells, pooledSlots(cells), wholeOf(cells))[0]!;
}
