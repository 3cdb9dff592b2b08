/**
 * A sample of scores, evaluated: everything that is computed once for all groups of labels, and kept
 * for the bootstrap.
 *
 * Legend: `D` documents, `L` labels.
 *
 * @module
 */
import {
  columnAreas,
  columnCutPoints,
  columnPrecisions,
  countColumns,
  countPooled,
  type CutPoints,
  pooledArea,
  type PooledCounts,
  pooledCutPoints,
  pooledPrecision,
} from "./auc.ts";
import { type Cells, type ColumnGroups, restrictCells } from "./cells.ts";
import { decide, type Decisions, f1Values } from "./f1.ts";
import { DECISION_METRICS, type DecisionMetric, type Values } from "./names.ts";
import { type DocumentValues, rankingMeans, rankingValues, weightedMean } from "./ranking.ts";
import { bySetMetric, type SetValues, setValues } from "./sets.ts";
import { FIXED_THRESHOLD } from "./threshold.ts";

/** The labels that a threshold assigns, all together and as sets of documents. */
export interface Decided {
  readonly decisions: Decisions;
  /** By group, of the group's columns alone. */
  readonly sets: readonly SetValues[];
}

/** The parts of an evaluation's options that every sample needs. */
export interface SampleOptions {
  /** Threshold of the `…_tuned` metrics. */
  readonly threshold: number;
  /** [L] the category of three characters of each column. */
  readonly categories?: Int32Array | undefined;
}

/** What the metrics of a sample come from. */
export interface Sample {
  /** [D, L] */
  readonly cells: Cells;
  /** The columns that are evaluated together. */
  readonly groups: ColumnGroups;
  /** By group, of the group's columns alone. */
  readonly ranking: readonly DocumentValues[];
  /** What the threshold 0.5 assigns. */
  readonly fixed: Decided;
  /** What the tuned threshold assigns. */
  readonly tuned: Decided;
  /** A curve over all cells of each group; the cut points are those of all groups together. */
  readonly pooled: { readonly cutPoints: CutPoints; readonly counts: readonly PooledCounts[] };
  /** A curve over each column, and the cells in its slots. */
  readonly columns: { readonly cutPoints: CutPoints; readonly counts: Uint32Array };
}

/** Counts, once, all that the metrics of groups of columns and of their resamples come from. */
export function takeSample(
  cells: Cells,
  groups: ColumnGroups,
  { threshold, categories }: SampleOptions,
): Sample {
  const { documents } = cells;
  const decideBy = (threshold: number): Decided => {
    const decisions = decide(cells, threshold);
    const sets = groups.members.map((members) =>
      setValues(decisions, { documents, members, categories })
    );
    return { decisions, sets };
  };
  const pooled = pooledCutPoints(cells);
  const columns = columnCutPoints(cells);
  return {
    cells,
    groups,
    ranking: groups.members.map((members) => rankingValues(restrictCells(cells, members))),
    fixed: decideBy(FIXED_THRESHOLD),
    tuned: decideBy(threshold),
    pooled: { cutPoints: pooled, counts: countPooled(cells, pooled, groups) },
    columns: { cutPoints: columns, counts: countColumns(cells, columns) },
  };
}

/** Every metric of each group, by name. */
export function sampleValues({ groups, ranking, fixed, tuned, ...curves }: Sample): Values[] {
  const { cutPoints, counts } = curves.columns;
  const areas = columnAreas(cutPoints, counts);
  const precisions = columnPrecisions(cutPoints, counts);
  return groups.members.map((members, group) => ({
    ...rankingMeans(ranking[group]!),
    micro_auc: pooledArea(curves.pooled.counts[group]!),
    macro_auc: weightedMean(Float64Array.from(members, (column) => areas[column]!)),
    micro_auprc: pooledPrecision(curves.pooled.counts[group]!),
    macro_auprc: weightedMean(Float64Array.from(members, (column) => precisions[column]!)),
    ...decisionValues(fixed, members, group),
    ...suffixed(decisionValues(tuned, members, group)),
  }));
}

/** The metrics of what a threshold decides. */
type DecisionValues = { readonly [metric in DecisionMetric]: number };

function decisionValues(
  { decisions, sets }: Decided,
  members: Int32Array,
  group: number,
): DecisionValues {
  const means = bySetMetric((metric) => weightedMean(sets[group]![metric]));
  return { ...f1Values(decisions, members), ...means };
}

function suffixed(
  values: DecisionValues,
): { readonly [metric in DecisionMetric as `${metric}_tuned`]: number } {
  const renamed = DECISION_METRICS.map((name) => [`${name}_tuned`, values[name]]);
  return Object.fromEntries(renamed);
}
