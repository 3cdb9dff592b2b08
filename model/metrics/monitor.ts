/**
 * The metrics that early stopping can watch, each computed without the others.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import {
  columnAreas,
  columnCutPoints,
  countColumns,
  countPooled,
  pooledArea,
  pooledCutPoints,
} from "./auc.ts";
import { allColumns, type Cells, selectCells } from "./cells.ts";
import { decide, type F1Values, f1Values } from "./f1.ts";
import type { Metric } from "./names.ts";
import { rankingMeans, rankingValues, weightedMean } from "./ranking.ts";
import type { ScoreMatrix } from "./score_matrix.ts";
import { FIXED_THRESHOLD } from "./threshold.ts";

/** The metrics that can be watched, and how each is computed. */
export const MONITORS = {
  "p@5": (cells) => ranking(cells)["p@5"],
  "p@8": (cells) => ranking(cells)["p@8"],
  "p@15": (cells) => ranking(cells)["p@15"],
  "map": (cells) => ranking(cells).map,
  "micro_f1": (cells) => f1AtHalf(cells).micro_f1,
  "micro_f1_caml": microF1OfCaml,
  "macro_f1": (cells) => f1AtHalf(cells).macro_f1,
  "macro_f1_caml": (cells) => f1AtHalf(cells).macro_f1_caml,
  "micro_auc": microAuc,
  "macro_auc": macroAuc,
} as const satisfies { readonly [metric in Metric | "micro_f1_caml"]?: (cells: Cells) => number };

/**
 * A metric that early stopping can watch; larger is better. F1 is at the threshold 0.5.
 * `micro_f1_caml` is the micro-F1 of caml-mimic: undefined, not 0, while no label is assigned.
 */
export type Monitor = keyof typeof MONITORS;

/**
 * One metric alone, equal to {@linkcode evaluateScores}'s of that name; NaN where it is undefined.
 *
 * @throws {NumericError} where a score is not a probability.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const matrix = { documents: 1, labels: 3, scores: Float32Array.of(.9, .2, .6) };
 * const truth = { offsets: Int32Array.of(0, 1), indices: Int32Array.of(2) };
 * assert.equal(monitorValue("map", matrix, truth), 1 / 2);
 * ```
 */
export function monitorValue(monitor: Monitor, matrix: ScoreMatrix, truth: LabelRows): number {
  return MONITORS[monitor](selectCells(matrix, truth));
}

function ranking(cells: Cells): ReturnType<typeof rankingMeans> {
  return rankingMeans(rankingValues(cells));
}

function f1AtHalf(cells: Cells): F1Values {
  return f1Values(decide(cells, FIXED_THRESHOLD), cells.columns);
}

/** 0/0 where nothing is assigned, since its precision is, and where nothing is true. */
function microF1OfCaml(cells: Cells): number {
  const decisions = decide(cells, FIXED_THRESHOLD);
  const { assigned, positive } = decisions;
  if (assigned.documents.length === 0 || positive.documents.length === 0) return NaN;
  return f1Values(decisions, cells.columns).micro_f1;
}

function microAuc(cells: Cells): number {
  return pooledArea(countPooled(cells, pooledCutPoints(cells), allColumns(cells))[0]!);
}

function macroAuc(cells: Cells): number {
  const cutPoints = columnCutPoints(cells);
  return weightedMean(columnAreas(cutPoints, countColumns(cells, cutPoints)));
}
