/**
 * Areas under the ROC curve, exact with ties (Mann–Whitney's rank statistic), and under the curve of
 * precision over recall by steps (average precision, as scikit-learn has it). Positives are few, so
 * nothing is sorted but them. Their distinct scores are a curve's cut points; every cell is counted into
 * the slot where it falls, at a cut point or between two.
 *
 * Legend: `D` documents, `L` labels, `G` groups of cells with a curve each, `m` cut points of a group.
 *
 * @module
 */
import { type Cells, type ColumnGroups, indexKeys, positiveKeys } from "./cells.ts";

/**
 * The cut points of G curves. A group of m cut points u has 2m + 1 slots: 2j holds what lies between
 * u[j − 1] and u[j], 2j + 1 what equals u[j]. A group's slots follow those of the one before.
 */
export interface CutPoints {
  /** [G + 1] where each group's cut points begin; its slots begin at 2·offset + group. */
  readonly offsets: Uint32Array;
  /** [Σm] their scores' keys, ascending in each group. */
  readonly keys: Uint32Array;
  /** [Σm] positives at each of them. */
  readonly positives: Uint32Array;
}

/** The cut points of one curve over all cells. */
export function pooledCutPoints(cells: Cells): CutPoints {
  return findCutPoints(1, cells, () => 0);
}

/** The cut points of a curve for every column. */
export function columnCutPoints(cells: Cells): CutPoints {
  return findCutPoints(cells.columns.length, cells, (column) => column);
}

/** The slots of a row's cells. The array is filled anew by every call. */
export type RowSlots = (row: number) => Uint32Array;

/** The cells of all columns, in the slots of {@linkcode pooledCutPoints}. */
export function pooledRows(cells: Cells, { keys: distinct }: CutPoints): RowSlots {
  const { width, keys, columns } = cells;
  const found = new Uint32Array(columns.length);
  const shift = 10;
  const first = indexKeys(distinct, shift);
  return (row) => {
    const start = row * width;
    for (let at = 0; at < found.length; at++) {
      const key = keys[start + columns[at]!]!;
      const bin = key >>> shift;
      found[at] = slotOf(distinct, key, first[bin]!, first[bin + 1]!);
    }
    return found;
  };
}

/** The cells of the columns that have a positive, in the slots of {@linkcode columnCutPoints}. */
export function columnRows(cells: Cells, { offsets, keys: distinct }: CutPoints): RowSlots {
  const { width, keys, columns } = cells;
  const active = Int32Array.from(columns.keys())
    .filter((column) => offsets[column]! < offsets[column + 1]!);
  const found = new Uint32Array(active.length);
  return (row) => {
    const start = row * width;
    for (let at = 0; at < found.length; at++) {
      const column = active[at]!;
      const key = keys[start + columns[column]!]!;
      const begin = offsets[column]!;
      // Most cells lie below all positives of their column.
      const slot = key < distinct[begin]!
        ? 2 * begin
        : slotOf(distinct, key, begin, offsets[column + 1]!);
      found[at] = column + slot;
    }
    return found;
  };
}

/** How many cells fall into each slot of {@linkcode columnCutPoints}. */
export function countColumns(cells: Cells, cutPoints: CutPoints): Uint32Array {
  const counts = new Uint32Array(2 * cutPoints.keys.length + cells.columns.length);
  const rowSlots = columnRows(cells, cutPoints);
  for (let row = 0; row < cells.documents; row++) {
    const found = rowSlots(row);
    for (let at = 0; at < found.length; at++) counts[found[at]!]!++;
  }
  return counts;
}

/** The cells of some columns in the slots of {@linkcode pooledCutPoints}. */
export interface PooledCounts {
  /** [2m + 1] cells in each slot. */
  readonly cells: Uint32Array;
  /** [m] positives at each cut point. */
  readonly positives: Uint32Array;
}

/** {@linkcode PooledCounts} of every group of columns. */
export function countPooled(
  cells: Cells,
  cutPoints: CutPoints,
  groups: ColumnGroups,
): PooledCounts[] {
  const size = cutPoints.keys.length;
  const counts = groups.members.map(() => ({
    cells: new Uint32Array(2 * size + 1),
    positives: new Uint32Array(size),
  }));
  const targets = groups.byColumn.map((own) => own.map((group) => counts[group]!.cells));
  const rowSlots = pooledRows(cells, cutPoints);
  for (let row = 0; row < cells.documents; row++) {
    const found = rowSlots(row);
    for (let at = 0; at < found.length; at++) {
      const slot = found[at]!;
      const own = targets[at]!;
      for (let group = 0; group < own.length; group++) own[group]![slot]!++;
    }
  }
  const place = new Map(cutPoints.keys.entries().map(([at, key]) => [key, at]));
  positiveKeys(cells).forEach((key, at) => {
    for (const group of groups.byColumn[cells.positives[at]!]!) {
      counts[group]!.positives[place.get(key)!]!++;
    }
  });
  return counts;
}

/** Area under one curve over all cells counted. NaN without a positive or without a negative. */
export function pooledArea({ cells, positives }: PooledCounts): number {
  return rankStatistic(cells, positives, { begin: 0, end: positives.length, group: 0 });
}

/** Area under each column's curve, [L]: NaN where it has no positive or no negative. */
export function columnAreas({ offsets, positives }: CutPoints, counts: Uint32Array): Float64Array {
  return Float64Array.from({ length: offsets.length - 1 }, (_, column) => {
    const begin = offsets[column]!;
    const end = offsets[column + 1]!;
    return rankStatistic(counts, positives, { begin, end, group: column });
  });
}

/**
 * The area of one group, whose cut points are `begin` to `end`, from the cells in its slots. Positives are
 * counted against all cells; among themselves they make P²/2, which is subtracted.
 */
function rankStatistic(
  cells: Uint32Array,
  positivesAt: Uint32Array,
  { begin, end, group }: { begin: number; end: number; group: number },
): number {
  let below = 0;
  let won = 0;
  let positives = 0;
  for (let at = begin; at < end; at++) {
    below += cells[2 * at + group]!;
    const equal = cells[2 * at + group + 1]!;
    const own = positivesAt[at]!;
    won += own * (below + equal / 2);
    below += equal;
    positives += own;
  }
  const all = below + cells[2 * end + group]!;
  return (won - positives * positives / 2) / (positives * (all - positives));
}

/** Average precision over all cells counted; NaN without a positive. */
export function pooledPrecision({ cells, positives }: PooledCounts): number {
  return averagePrecision(cells, positives, { begin: 0, end: positives.length, group: 0 });
}

/** Average precision of each column, [L]: NaN where it has no positive. */
export function columnPrecisions(
  { offsets, positives }: CutPoints,
  counts: Uint32Array,
): Float64Array {
  return Float64Array.from({ length: offsets.length - 1 }, (_, column) => {
    const begin = offsets[column]!;
    const end = offsets[column + 1]!;
    return averagePrecision(counts, positives, { begin, end, group: column });
  });
}

/** Σ (Rₙ − Rₙ₋₁) Pₙ over the cut points of one group, the highest first. */
function averagePrecision(
  cells: Uint32Array,
  positivesAt: Uint32Array,
  { begin, end, group }: { begin: number; end: number; group: number },
): number {
  let assigned = cells[2 * end + group]!;
  let hits = 0;
  let sum = 0;
  for (let at = end - 1; at >= begin; at--) {
    assigned += cells[2 * at + group + 1]!;
    hits += positivesAt[at]!;
    if (positivesAt[at]! > 0) sum += positivesAt[at]! * hits / assigned;
    assigned += cells[2 * at + group]!;
  }
  return sum / hits;
}

function findCutPoints(
  groups: number,
  cells: Cells,
  groupOf: (column: number) => number,
): CutPoints {
  const keys = positiveKeys(cells);
  // Group and key in one number: both stay below 2^53 together.
  const sorted = Float64Array.from(keys, (key, at) => groupOf(cells.positives[at]!) * 2 ** 31 + key)
    .sort();
  const offsets = new Uint32Array(groups + 1);
  const distinct: number[] = [];
  const positives: number[] = [];
  sorted.forEach((value, at) => {
    if (at > 0 && value === sorted[at - 1]) {
      positives[positives.length - 1]!++;
      return;
    }
    distinct.push(value % 2 ** 31);
    positives.push(1);
    offsets[Math.floor(value / 2 ** 31) + 1]!++;
  });
  for (let group = 0; group < groups; group++) offsets[group + 1]! += offsets[group]!;
  return { offsets, keys: Uint32Array.from(distinct), positives: Uint32Array.from(positives) };
}

/** Slot of a key whose place among `distinct` is known to lie from `low` to `high`. */
function slotOf(distinct: Uint32Array, key: number, low: number, high: number): number {
  const end = high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (distinct[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return 2 * low + (low < end && distinct[low] === key ? 1 : 0);
}
