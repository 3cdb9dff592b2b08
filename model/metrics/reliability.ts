/**
 * How far probabilities can be taken at their word: reliability curves, expected calibration error
 * (Naeini, Cooper and Hauskrecht 2015), Brier score. Over all cells, those of improbable labels too,
 * which are most of them.
 *
 * Legend: `D` documents, `L` labels, `G` groups of labels, `K` bins.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import {
  type DocumentGaps,
  type ReliabilityIntervals,
  reliabilityIntervals,
} from "./bootstrap/reliability.ts";
import type { Resamples } from "./bootstrap/resamples.ts";
import { type Cells, type ColumnGroups, groupColumns, selectCells } from "./cells.ts";
import type { ScoreMatrix } from "./score_matrix.ts";

/** K, the bins of a reliability curve: of equal width, each closed above, the first below too. */
const RELIABILITY_BINS = 15;

/** The cells whose probability lies in a bin. */
export interface ReliabilityBin {
  readonly cells: number;
  /** Mean of their probabilities; NaN of no cells. */
  readonly mean: number;
  /** Share of them that is true; NaN of no cells. */
  readonly share: number;
}

/** How probabilities compare with what is true. */
export interface Reliability {
  /** Σ cells / all · |share − mean| over the bins, from 0 to 1. */
  readonly ece: number;
  /** Mean of (probability − truth)², from 0 to 1. */
  readonly brier: number;
  /** [K] from the least probable on. */
  readonly bins: readonly ReliabilityBin[];
  /** 95% bootstrap intervals, where resamples were given. */
  readonly intervals?: ReliabilityIntervals | undefined;
}

/** What reliability is measured of. */
export interface ReliabilityOptions {
  /** Label indices of each group, ascending. */
  readonly groups: readonly Int32Array[];
  /** Resamples of the documents, for the intervals; without them there are none. */
  readonly resamples?: Resamples | undefined;
}

/**
 * The reliability of groups of labels.
 *
 * @throws {NumericError} where a score is not a probability.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const matrix = { documents: 2, labels: 1, scores: Float32Array.of(0.75, 0.25) };
 * const truth = { offsets: Int32Array.of(0, 1, 1), indices: Int32Array.of(0) };
 * const [all] = measureReliability(matrix, truth, { groups: [Int32Array.of(0)] });
 * assert.equal(all!.ece, 0.25);
 * assert.equal(all!.brier, 0.0625);
 * ```
 */
export function measureReliability(
  matrix: ScoreMatrix,
  truth: LabelRows,
  { groups, resamples }: ReliabilityOptions,
): Reliability[] {
  const cells = selectCells(matrix, truth);
  const sums = sumColumns(matrix, cells);
  const measured = groups.map((columns) => summarize(sums, columns, matrix.documents));
  if (!resamples) return measured;
  const gaps = sumDocuments(matrix, cells, groupColumns(matrix.labels, groups));
  const intervals = reliabilityIntervals(gaps, measured, resamples);
  return measured.map((own, group) => ({ ...own, intervals: intervals[group]! }));
}

/** Sums over each column's cells. */
interface ColumnSums {
  /** [L, K] cells. */
  readonly cells: Float64Array;
  /** [L, K] sum of the probabilities. */
  readonly mass: Float64Array;
  /** [L, K] positives. */
  readonly positives: Float64Array;
  /** [L] sum of (probability − truth)². */
  readonly squares: Float64Array;
}

function sumColumns({ documents, labels, scores }: ScoreMatrix, cells: Cells): ColumnSums {
  const sums = {
    cells: new Float64Array(labels * RELIABILITY_BINS),
    mass: new Float64Array(labels * RELIABILITY_BINS),
    positives: new Float64Array(labels * RELIABILITY_BINS),
    squares: new Float64Array(labels),
  };
  for (let row = 0; row < documents; row++) {
    for (let column = 0; column < labels; column++) {
      const score = scores[row * labels + column]!;
      const bin = column * RELIABILITY_BINS + binOf(score);
      sums.cells[bin]!++;
      sums.mass[bin]! += score;
      sums.squares[column]! += score * score;
    }
    for (let at = cells.offsets[row]!; at < cells.offsets[row + 1]!; at++) {
      const column = cells.positives[at]!;
      const score = scores[row * labels + column]!;
      sums.positives[column * RELIABILITY_BINS + binOf(score)]!++;
      sums.squares[column]! += 1 - 2 * score; // of (score − 1)², what score² lacks
    }
  }
  return sums;
}

/** What each document adds to each group. */
function sumDocuments(
  { documents, labels, scores }: ScoreMatrix,
  cells: Cells,
  { members, byColumn }: ColumnGroups,
): DocumentGaps {
  const gaps = new Float64Array(documents * members.length * RELIABILITY_BINS);
  const squares = new Float64Array(documents * members.length);
  const add = (row: number, column: number, gap: number, square: number) => {
    const bin = binOf(scores[row * labels + column]!);
    for (const group of byColumn[column]!) {
      const at = row * members.length + group;
      gaps[at * RELIABILITY_BINS + bin]! += gap;
      squares[at]! += square;
    }
  };
  for (let row = 0; row < documents; row++) {
    for (let column = 0; column < labels; column++) {
      const score = scores[row * labels + column]!;
      add(row, column, -score, score * score);
    }
    for (let at = cells.offsets[row]!; at < cells.offsets[row + 1]!; at++) {
      const column = cells.positives[at]!;
      add(row, column, 1, 1 - 2 * scores[row * labels + column]!);
    }
  }
  const sizes = members.map(({ length }) => length);
  return { bins: RELIABILITY_BINS, gaps, squares, labels: sizes };
}

/** The bin with bin / K < score ≤ (bin + 1) / K; 0 is in the first. */
function binOf(score: number): number {
  let bin = Math.min(RELIABILITY_BINS - 1, Math.floor(score * RELIABILITY_BINS));
  if (bin > 0 && score <= bin / RELIABILITY_BINS) bin--;
  return bin;
}

function summarize(sums: ColumnSums, columns: Int32Array, documents: number): Reliability {
  const all = columns.length * documents;
  let ece = 0;
  const bins = Array.from({ length: RELIABILITY_BINS }, (_, bin): ReliabilityBin => {
    const total = (values: Float64Array) =>
      columns.reduce((sum, column) => sum + values[column * RELIABILITY_BINS + bin]!, 0);
    const [cells, mass, positives] = [total(sums.cells), total(sums.mass), total(sums.positives)];
    ece += Math.abs(positives - mass) / all;
    return { cells, mean: mass / cells, share: positives / cells };
  });
  const squares = columns.reduce((sum, column) => sum + sums.squares[column]!, 0);
  return { ece, brier: squares / all, bins };
}
