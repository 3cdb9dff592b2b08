/**
 * The metrics' names.
 *
 * @module
 */

/** The k of precision and recall at k. */
export const CUTOFFS = [5, 8, 15] as const;

/** Means over documents, of each document's ranking of the labels. */
export const RANKING_METRICS = [
  ...CUTOFFS.map((k) => `p@${k}` as const),
  ...CUTOFFS.map((k) => `r@${k}` as const),
  "r_precision",
  "map",
] as const;

/** Areas under the ROC curve: over all cells, and averaged over labels. */
const AUC_METRICS = ["micro_auc", "macro_auc"] as const;

/**
 * Areas under the curve of precision over recall, by steps (average precision): over all cells, and
 * averaged over the labels with a positive.
 */
const PR_METRICS = ["micro_auprc", "macro_auprc"] as const;

/**
 * Metrics of the labels that a threshold assigns. `macro_f1` is the mean of the labels' F1,
 * `macro_f1_caml` the harmonic mean of macro precision and macro recall; `…_present` averages over the
 * labels with a positive only.
 */
const F1_METRICS = [
  "micro_precision",
  "micro_recall",
  "micro_f1",
  "macro_precision",
  "macro_recall",
  "macro_f1",
  "macro_f1_caml",
  "macro_f1_present",
  "macro_f1_caml_present",
] as const;

/**
 * Means over documents, of the set of labels that a threshold assigns beside the set that is true:
 * whether they are equal, the share of their union that they have in common, and the same of their
 * categories of three characters.
 */
export const SET_METRICS = ["exact_match", "jaccard", "jaccard_3"] as const;

/** A metric that is a mean over documents, of each document's ranking. */
export type RankingMetric = typeof RANKING_METRICS[number];

/** A metric of the labels that a threshold assigns. */
export type F1Metric = typeof F1_METRICS[number];

/** A metric of the set of labels that a threshold assigns to a document. */
export type SetMetric = typeof SET_METRICS[number];

/** A metric of what a threshold decides. */
export type DecisionMetric = F1Metric | SetMetric;

/** Any metric. Those of decisions are at 0.5, and under the names that end in `_tuned` at the threshold tuned on dev. */
export type Metric =
  | RankingMetric
  | typeof AUC_METRICS[number]
  | typeof PR_METRICS[number]
  | DecisionMetric
  | `${DecisionMetric}_tuned`;

/** A number for every metric. */
export type Values = { readonly [metric in Metric]: number };

/** The metrics of what a threshold decides, in the order of reports. */
export const DECISION_METRICS: readonly DecisionMetric[] = [...F1_METRICS, ...SET_METRICS];

/** Every metric's name, in the order of reports. */
export const METRICS: readonly Metric[] = [
  ...RANKING_METRICS,
  ...AUC_METRICS,
  ...PR_METRICS,
  ...DECISION_METRICS,
  ...DECISION_METRICS.map((name) => `${name}_tuned` as const),
];
