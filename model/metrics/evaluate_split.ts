/**
 * A system's scores for the splits of a dataset → all metrics, for all labels and for groups of them.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import type { Label } from "../../pipeline/schema.ts";
import { evaluateGroups, type Metrics, type Resamples } from "./evaluate.ts";
import { labelGroups } from "./groups.ts";
import type { ScoreMatrix } from "./score_matrix.ts";

/** One split's scores and true labels. */
export interface ScoredSplit {
  /** Probabilities. */
  readonly matrix: ScoreMatrix;
  /** True labels. */
  readonly truth: LabelRows;
}

/** Metrics of one split. */
export interface SplitMetrics {
  /** Over all labels. */
  readonly all: Metrics;
  /** Over groups of labels, by name, in order. */
  readonly groups: { readonly [name: string]: Metrics };
}

/** How scores are evaluated. */
export interface SplitOptions {
  /** Threshold of the `…_tuned` metrics, from the dev split. */
  readonly threshold: number;
  /** Resamples of the split's documents for the intervals; no intervals when absent. */
  readonly resamples?: Resamples;
}

/** Every metric of a split, over all labels and over each of {@linkcode labelGroups}. */
export function evaluateSplit(
  { matrix, truth }: ScoredSplit,
  labels: readonly Label[],
  options: SplitOptions,
): SplitMetrics {
  const groups = labelGroups(labels), all = Int32Array.from(labels.keys());
  const columns = [all, ...groups.map(({ columns }) => columns)];
  const [whole, ...parts] = evaluateGroups(matrix, truth, { ...options, groups: columns });
  const named = groups.map(({ name }, at) => [name, parts[at]!]);
  return { all: whole!, groups: Object.fromEntries(named) };
}
