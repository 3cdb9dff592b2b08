/**
 * The metrics of automated medical coding (DESIGN §8), from a matrix of probabilities and the labels
 * that are true. Scores are read in place: what is computed beside them is small, but for the intervals'
 * lists, which hold every cell at most once.
 *
 * Legend: `D` documents, `L` labels.
 *
 * @module
 */
import type { LabelRows } from "../pipeline/batches.ts";
import { UsageError } from "../pipeline/errors.ts";
import {
  columnRows,
  columnSlots,
  countSlots,
  macroAuc,
  microAuc,
  microRows,
  microSlots,
} from "./metrics/auc.ts";
import type { Resamples } from "./metrics/bootstrap.ts";
import { type Cells, selectCells } from "./metrics/cells.ts";
import { bestThreshold, decide, type F1Values, f1Values } from "./metrics/f1.ts";
import { bootstrapIntervals, type Intervals } from "./metrics/intervals.ts";
import { F1_METRICS, type F1Metric, RANKING_METRICS, type Values } from "./metrics/names.ts";
import {
  type DocumentValues,
  meanPrecisionAt,
  rankingValues,
  weightedMean,
} from "./metrics/ranking.ts";
import type { ScoreMatrix } from "./scoring.ts";

export { drawResamples, type Resamples } from "./metrics/bootstrap.ts";
export type { Intervals } from "./metrics/intervals.ts";
export { type Metric, METRICS, type Values } from "./metrics/names.ts";

/** How scores are evaluated. */
export interface EvaluationOptions {
  /** Threshold of the `…_tuned` metrics: {@linkcode tuneThreshold} of the dev split's scores. */
  readonly threshold: number;
  /** Label indices to evaluate, ascending; all when absent. */
  readonly columns?: Int32Array;
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
 * Every metric of DESIGN §8 of a matrix of probabilities, or of some of its columns.
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
  { threshold, columns, resamples }: EvaluationOptions,
): Metrics {
  const cells = selectCells(matrix, truth, columns);
  const ranking = rankingValues(cells);
  const fixed = decide(cells, 0.5), tuned = decide(cells, threshold);
  const values = {
    ...rankingMeans(ranking),
    ...areas(cells),
    ...f1Values(fixed),
    ...suffixed(f1Values(tuned)),
  };
  const sample = { cells, ranking, fixed, tuned, values };
  return {
    documents: cells.documents,
    labels: cells.columns.length,
    present: new Set(cells.positives).size,
    positives: cells.positives.length,
    values,
    ...(resamples && { intervals: bootstrapIntervals(sample, resamples) }),
  };
}

/**
 * The threshold that maximises micro-F1 of these scores (the dev split's), the highest of equals; 0.5
 * where no label is true. A label is assigned where its score is above it.
 */
export function tuneThreshold(matrix: ScoreMatrix, truth: LabelRows): number {
  const cells = selectCells(matrix, truth), slots = microSlots(cells);
  return bestThreshold(slots, countSlots(cells, slots, microRows(cells, slots)));
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
  const cells = selectCells(matrix, truth);
  const found = RANKING_METRICS.some((metric) => metric === name)
    ? rankingMeans(rankingValues(cells))
    : name === "micro_auc" || name === "macro_auc"
    ? areas(cells)
    : f1Values(decide(cells, 0.5));
  const value = new Map(Object.entries(found)).get(name);
  if (value === undefined) {
    const known = ["p@5", "p@8", "p@15", "micro_f1", "macro_f1", "map", "micro_auc", "macro_auc"];
    throw new UsageError(`monitoring ${name}: no such metric; use one of ${known.join(", ")}`);
  }
  return value;
}

function areas(cells: Cells): { micro_auc: number; macro_auc: number } {
  const all = microSlots(cells), byColumn = columnSlots(cells);
  return {
    micro_auc: microAuc(all, countSlots(cells, all, microRows(cells, all))),
    macro_auc: macroAuc(byColumn, countSlots(cells, byColumn, columnRows(cells, byColumn))),
  };
}

function rankingMeans(values: DocumentValues): { [metric in keyof DocumentValues]: number } {
  const means = RANKING_METRICS.map((name) => [name, weightedMean(values[name])]);
  return Object.fromEntries(means);
}

function suffixed(values: F1Values): { [metric in F1Metric as `${metric}_tuned`]: number } {
  const renamed = F1_METRICS.map((name) => [`${name}_tuned`, values[name]]);
  return Object.fromEntries(renamed);
}
