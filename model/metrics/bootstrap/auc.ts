/**
 * Both AUCs for resamples of the documents.
 *
 * Legend: `D` documents, `L` labels, `K` bins, `P` positive cells.
 *
 * @module
 */
import { columnRows, type PooledCounts, pooledRows, type Slots } from "../auc.ts";
import type { WeightBlock } from "./resamples.ts";
import {
  type Cells,
  type ColumnGroups,
  type DocumentLists,
  emptyLists,
  positiveKeys,
} from "../cells.ts";

/** The columns' curves, ready to be weighted: exact. */
export interface ColumnCurves {
  /** Rows, D. */
  readonly documents: number;
  /** Distinct scores of each column's positives. */
  readonly slots: Slots;
  /**
   * Documents by slot. The lowest slot of each column, below all its positives and mostly by far the
   * largest, is left empty: what it weighs is what the others don't.
   */
  readonly cells: DocumentLists;
  /** Positive documents by distinct score. */
  readonly positives: DocumentLists;
}

/**
 * Sorts the documents of every column that has a positive into its slots.
 *
 * @param counts documents in each slot.
 */
export function columnCurves(cells: Cells, slots: Slots, counts: Uint32Array): ColumnCurves {
  const lengths = counts.slice();
  for (let column = 0; column < cells.columns.length; column++) {
    lengths[2 * slots.offsets[column]! + column] = 0;
  }
  const bySlot = emptyLists(lengths), next = bySlot.offsets.slice();
  const rowSlots = columnRows(cells, slots);
  for (let row = 0; row < cells.documents; row++) {
    const found = rowSlots(row);
    for (let i = 0; i < found.length; i++) {
      const slot = found[i]!, at = next[slot]!;
      if (at === bySlot.offsets[slot + 1]!) continue; // a lowest slot
      bySlot.documents[at] = row;
      next[slot] = at + 1;
    }
  }
  const { documents } = cells;
  return { documents, slots, cells: bySlot, positives: positiveDocuments(cells, slots) };
}

/** Takes the area under one column's curve in one resample of a block. */
export type AreaVisitor = (column: number, resample: number, area: number) => void;

/**
 * Calls `visit` with the area under every column's curve in every resample of a block, but where the
 * resample has no positive or no negative of it.
 */
export function weightColumns(
  { documents, slots, cells, positives }: ColumnCurves,
  block: WeightBlock,
  visit: AreaVisitor,
): void {
  const above = new Float64Array(block.size), equal = new Float64Array(block.size);
  const own = new Float64Array(block.size), between = new Float64Array(block.size);
  const won = new Float64Array(block.size), all = new Float64Array(block.size);
  for (let column = 0; column + 1 < slots.offsets.length; column++) {
    const begin = slots.offsets[column]!, end = slots.offsets[column + 1]!;
    if (begin === end) continue;
    for (const sums of [above, won, all]) sums.fill(0);
    for (let at = end - 1; at >= begin; at--) {
      const slot = 2 * at + column + 1;
      const first = cells.offsets[slot]!, after = cells.offsets[slot + 1]!;
      const ownFirst = positives.offsets[at]!, ownAfter = positives.offsets[at + 1]!;
      block.sum(cells.documents, after, cells.offsets[slot + 2]!, between);
      block.sum(cells.documents, first, after, equal);
      if (ownAfter - ownFirst === after - first) own.set(equal);
      else block.sum(positives.documents, ownFirst, ownAfter, own);
      for (let i = 0; i < block.size; i++) {
        const higher = above[i]! + between[i]!;
        won[i]! += own[i]! * (documents - higher - equal[i]! / 2);
        all[i]! += own[i]!;
        above[i] = higher + equal[i]!;
      }
    }
    for (let i = 0; i < block.size; i++) {
      const count = all[i]!;
      if (count === 0 || count === documents) continue;
      visit(column, i, (won[i]! - count * count / 2) / (count * (documents - count)));
    }
  }
}

/** The cells of a group of columns as one curve, in bins of neighbouring scores. */
export interface BinnedCurve {
  /** K */
  readonly bins: number;
  /** [D, K] cells. */
  readonly cells: Uint32Array;
  /** [D + 1] where each document's positives begin. */
  readonly offsets: Uint32Array;
  /** [P] the bin of each positive. */
  readonly positiveBins: Uint8Array;
}

/**
 * Most bins of a curve. Up to so many slots are kept as they are; more are joined so that a bin holds a
 * small share both of the cells and of the positives, and the ties that joining introduces weigh little.
 */
const MOST_BINS = 32;

/** The curve of every group, its cells joined to bins. */
export function binCurves(
  cells: Cells,
  { slots, groups, counts }: {
    readonly slots: Slots;
    readonly groups: ColumnGroups;
    readonly counts: readonly PooledCounts[];
  },
): BinnedCurve[] {
  const { documents } = cells, binOf = counts.map(joinSlots);
  const bins = binOf.map((binOf) => binOf[binOf.length - 1]! + 1);
  const binned = bins.map((bins) => new Uint32Array(documents * bins));
  const rowSlots = pooledRows(cells, slots);
  for (let row = 0; row < documents; row++) {
    const found = rowSlots(row);
    for (let at = 0; at < found.length; at++) {
      const slot = found[at]!, own = groups.byColumn[at]!;
      for (let i = 0; i < own.length; i++) {
        const group = own[i]!;
        binned[group]![row * bins[group]! + binOf[group]![slot]!]!++;
      }
    }
  }
  const positives = binPositives(cells, slots, { groups, binOf });
  return positives.map((own, group) => ({ ...own, bins: bins[group]!, cells: binned[group]! }));
}

/** The bins of each group's positives, document by document. */
function binPositives(
  cells: Cells,
  slots: Slots,
  { groups, binOf }: {
    readonly groups: ColumnGroups;
    readonly binOf: readonly Uint8Array[];
  },
): { offsets: Uint32Array; positiveBins: Uint8Array }[] {
  const slot = new Map(slots.keys.entries().map(([at, key]) => [key, 2 * at + 1]));
  const keys = positiveKeys(cells), found: number[][] = groups.members.map(() => []);
  const offsets = groups.members.map(() => new Uint32Array(cells.documents + 1));
  for (let row = 0; row < cells.documents; row++) {
    for (let at = cells.offsets[row]!; at < cells.offsets[row + 1]!; at++) {
      for (const group of groups.byColumn[cells.positives[at]!]!) {
        found[group]!.push(binOf[group]![slot.get(keys[at]!)!]!);
      }
    }
    offsets.forEach((own, group) => own[row + 1] = found[group]!.length);
  }
  return offsets.map((own, group) => {
    return { offsets: own, positiveBins: Uint8Array.from(found[group]!) };
  });
}

/** The area under a binned curve, each document counting as often as `weights` says. */
export function weightBins(curve: BinnedCurve, weights: Uint16Array): number {
  const { bins } = curve, documents = curve.offsets.length - 1;
  const cells = new Float64Array(bins), positives = new Float64Array(bins);
  for (let row = 0; row < documents; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    for (let bin = 0, at = row * bins; bin < bins; bin++, at++) {
      cells[bin]! += weight * curve.cells[at]!;
    }
    for (let at = curve.offsets[row]!; at < curve.offsets[row + 1]!; at++) {
      positives[curve.positiveBins[at]!]! += weight;
    }
  }
  let below = 0, won = 0, all = 0;
  for (let bin = 0; bin < bins; bin++) {
    won += positives[bin]! * (below + cells[bin]! / 2);
    below += cells[bin]!;
    all += positives[bin]!;
  }
  return (won - all * all / 2) / (all * (below - all));
}

/** The bin of each slot, ascending. */
function joinSlots({ cells, positives }: PooledCounts): Uint8Array {
  if (cells.length <= MOST_BINS) return Uint8Array.from(cells.keys());
  const sum = (counts: Uint32Array) => counts.reduce((sum, count) => sum + count, 0);
  const cellSum = Math.max(1, sum(cells)), positiveSum = Math.max(1, sum(positives));
  const steps = (MOST_BINS - 1) / 2; // as many for shares of cells as for shares of positives
  let cellsBelow = 0, positivesBelow = 0, bin = -1, share = -1;
  return Uint8Array.from(cells, (count, slot) => {
    const next = Math.floor(steps * cellsBelow / cellSum) +
      Math.floor(steps * positivesBelow / positiveSum);
    if (next > share) bin++;
    share = next;
    cellsBelow += count;
    if (slot % 2 === 1) positivesBelow += positives[(slot - 1) / 2]!;
    return bin;
  });
}

function positiveDocuments(cells: Cells, slots: Slots): DocumentLists {
  const lists = emptyLists(slots.positives), next = lists.offsets.slice();
  const keys = positiveKeys(cells);
  for (let row = 0; row < cells.documents; row++) {
    for (let at = cells.offsets[row]!; at < cells.offsets[row + 1]!; at++) {
      const column = cells.positives[at]!, begin = slots.offsets[column]!;
      const distinct = slots.keys.subarray(begin, slots.offsets[column + 1]);
      lists.documents[next[begin + distinct.indexOf(keys[at]!)]!++] = row;
    }
  }
  return lists;
}
