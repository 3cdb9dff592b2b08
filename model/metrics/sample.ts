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
  countColumns,
  countPooled,
  type CutPoints,
  pooledArea,
  type PooledCounts,
  pooledCutPoints,
} from "./auc.ts";
import { type Cells, type ColumnGroups, restrictCells } from "./cells.ts";
import { decide, type Decisions, type F1Values, f1Values } from "./f1.ts";
import { F1_METRICS, type F1Metric, type Values } from "./names.ts";
import { type DocumentValues, rankingMeans, rankingValues, weightedMean } from "./ranking.ts";

/** What the metrics of a sample come from. */
export interface Sample {
  /** [D, L] */
  readonly cells: Cells;
  /** The columns that are evaluated together. */
  readonly groups: ColumnGroups;
  /** By group, of the group's columns alone. */
  readonly ranking: readonly DocumentValues[];
  /** What the threshold 0.5 assigns. */
  readonly fixed: Decisions;
  /** What the tuned threshold assigns. */
  readonly tuned: Decisions;
  /** A curve over all cells of each group; the cut points are those of all groups together. */
  readonly pooled: { readonly cutPoints: CutPoints; readonly counts: readonly PooledCounts[] };
  /** A curve over each column, and the cells in its slots. */
  readonly columns: { readonly cutPoints: CutPoints; readonly counts: Uint32Array };
}

/** Evaluates groups of columns. */
export function takeSample(cells: Cells, groups: ColumnGroups, threshold: number): Sample {
  const pooled = pooledCutPoints(cells);
  const columns = columnCutPoints(cells);
  return {
    cells,
    groups,
    ranking: groups.members.map((members) => rankingValues(restrictCells(cells, members))),
    fixed: decide(cells, 0.5),
    tuned: decide(cells, threshold),
    pooled: { cutPoints: pooled, counts: countPooled(cells, pooled, groups) },
    columns: { cutPoints: columns, counts: countColumns(cells, columns) },
  };
}

/** The metrics of each group. */
export function sampleValues({ groups, ranking, fixed, tuned, ...curves }: Sample): Values[] {
  const areas = columnAreas(curves.columns.cutPoints, curves.columns.counts);
  return groups.members.map((members, group) => ({
    ...rankingMeans(ranking[group]!),
    micro_auc: pooledArea(curves.pooled.counts[group]!),
    macro_auc: weightedMean(Float64Array.from(members, (column) => areas[column]!)),
    ...f1Values(fixed, members),
    ...suffixed(f1Values(tuned, members)),
  }));
}

function suffixed(
  values: F1Values,
): { readonly [metric in F1Metric as `${metric}_tuned`]: number } {
  const renamed = F1_METRICS.map((name) => [`${name}_tuned`, values[name]]);
  return Object.fromEntries(renamed);
}
