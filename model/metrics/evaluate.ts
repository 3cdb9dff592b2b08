/**
 * The metrics of automated medical coding, from a matrix of probabilities and the labels that are true.
 * Scores are read in place: what is computed beside them is small, but for the intervals' lists, which
 * hold every cell at most once.
 *
 * Legend: `D` documents, `L` labels.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import type { Label } from "../../pipeline/schema.ts";
import { bootstrapIntervals, type Intervals } from "./bootstrap/intervals.ts";
import type { Resamples } from "./bootstrap/resamples.ts";
import { allColumns, type Cells, type ColumnGroups, groupColumns, selectCells } from "./cells.ts";
import { type ByGroup, measureGroups } from "./groups.ts";
import type { Values } from "./names.ts";
import { sampleValues, takeSample } from "./sample.ts";
import type { ScoreMatrix } from "./score_matrix.ts";

/** What metrics take beside scores and truth. */
export interface EvaluationOptions {
  /** Threshold of the `…_tuned` metrics, from 0 to 1: `tuneThreshold` of the dev split's scores. */
  readonly threshold: number;
  /** [L] the category of three characters of each label; without, `jaccard_3` is NaN. */
  readonly categories?: Int32Array | undefined;
  /** Resamples of the documents, for the intervals; without them there are none. */
  readonly resamples?: Resamples | undefined;
}

/** What {@linkcode evaluateScores} finds. */
export interface Metrics {
  /** D */
  readonly documents: number;
  /** L */
  readonly labels: number;
  /** Labels with a positive among the documents. */
  readonly present: number;
  /** Positive cells, of D × L. */
  readonly positives: number;
  /** From 0 to 1; NaN where undefined (an AUC without positives, a recall without labels). */
  readonly values: Values;
  /** 95% bootstrap intervals, where resamples were given. */
  readonly intervals?: Intervals | undefined;
}

/** {@linkcode Metrics} of all labels of a split, and of groups of them. */
export type SplitMetrics = ByGroup<Metrics>;

/**
 * Every metric of a matrix of probabilities, over all labels and over each group.
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
  return evaluateCells(cells, allColumns(cells), options)[0]!;
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
 * Every metric of a split, over all labels and over each group of them.
 *
 * @param labels [L] of the matrix's columns.
 * @throws {NumericError} where a score is not a probability.
 */
export function evaluateSplit(
  matrix: ScoreMatrix,
  truth: LabelRows,
  { labels, ...options }: EvaluationOptions & { readonly labels: readonly Label[] },
): SplitMetrics {
  return measureGroups(
    labels,
    (groups) => evaluateGroups(matrix, truth, { ...options, groups }),
  );
}

function evaluateCells(
  cells: Cells,
  groups: ColumnGroups,
  { threshold, categories, resamples }: EvaluationOptions,
): Metrics[] {
  const sample = takeSample(cells, groups, { threshold, categories });
  const values = sampleValues(sample);
  const intervals = resamples && bootstrapIntervals(sample, values, resamples);
  const { offsets } = sample.fixed.decisions.positive;
  return groups.members.map((members, group) => {
    const positives = Array.from(members, (column) => offsets[column + 1]! - offsets[column]!);
    return {
      documents: cells.documents,
      labels: members.length,
      present: positives.filter((count) => count > 0).length,
      positives: positives.reduce((sum, count) => sum + count, 0),
      values: values[group]!,
      intervals: intervals?.[group],
    };
  });
}
