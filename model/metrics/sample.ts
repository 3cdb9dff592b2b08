/**
 * A sample of scores, evaluated: everything that is computed once for all groups of labels, and kept
 * for the bootstrap.
 *
 * Legend: `L` labels.
 *
 * @module
 */
import {
  columnAreas,
  columnSlots,
  countColumns,
  countPooled,
  pooledArea,
  type PooledCounts,
  pooledSlots,
  type Slots,
} from "./auc.ts";
import { type Cells, type ColumnGroups, restrictCells } from "./cells.ts";
import { decide, type Decisions, type F1Values, f1Values } from "./f1.ts";
import { F1_METRICS, type F1Metric, RANKING_METRICS, type Values } from "./names.ts";
import { type DocumentValues, rankingValues, weightedMean } from "./ranking.ts";

/** What the metrics of a sample come from. */
export interface Sample {
  /** Its cells. */
  readonly cells: Cells;
  /** The groups of columns that are evaluated. */
  readonly groups: ColumnGroups;
  /** Ranking metrics of each document, by group. */
  readonly ranking: readonly DocumentValues[];
  /** Labels assigned at 0.5. */
  readonly fixed: Decisions;
  /** Labels assigned at the tuned threshold. */
  readonly tuned: Decisions;
  /** The cells around the positives' scores, and how many of them each group has. */
  readonly pooled: { readonly slots: Slots; readonly counts: readonly PooledCounts[] };
  /** The same for each column. */
  readonly columns: { readonly slots: Slots; readonly counts: Uint32Array };
}

/** Evaluates groups of columns. */
export function takeSample(cells: Cells, groups: ColumnGroups, threshold: number): Sample {
  const pooled = pooledSlots(cells), columns = columnSlots(cells);
  return {
    ...{ cells, groups },
    ranking: groups.members.map((members) => rankingValues(restrictCells(cells, members))),
    fixed: decide(cells, 0.5),
    tuned: decide(cells, threshold),
    pooled: { slots: pooled, counts: countPooled(cells, pooled, groups) },
    columns: { slots: columns, counts: countColumns(cells, columns) },
  };
}

/** The metrics of each group. */
export function sampleValues({ groups, ranking, fixed, tuned, ...sample }: Sample): Values[] {
  const areas = columnAreas(sample.columns.slots, sample.columns.counts);
  return groups.members.map((members, group) => ({
    ...rankingMeans(ranking[group]!),
    micro_auc: pooledArea(sample.pooled.counts[group]!),
    macro_auc: weightedMean(Float64Array.from(members, (column) => areas[column]!)),
    ...f1Values(fixed, members),
    ...suffixed(f1Values(tuned, members)),
  }));
}

/** Each metric's mean over documents. */
export function rankingMeans(
  values: DocumentValues,
): { readonly [metric in keyof DocumentValues]: number } {
  const means = RANKING_METRICS.map((name) => [name, weightedMean(values[name])]);
  return Object.fromEntries(means);
}

function suffixed(
  values: F1Values,
): { readonly [metric in F1Metric as `${metric}_tuned`]: number } {
  const renamed = F1_METRICS.map((name) => [`${name}_tuned`, values[name]]);
  return Object.fromEntries(renamed);
}
