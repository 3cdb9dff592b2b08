/**
 * Both AUCs for resamples of the documents.
 *
 * Legend: `D` documents, `L` labels, `K` bins, `P` positive cells.
 *
 * @module
 */
import { columnRows, countSlots, microRows, type Slots } from "./auc.ts";
import type { WeightBlock } from "./bootstrap.ts";
import { type Cells, type DocumentLists, emptyLists, positiveKeys } from "./cells.ts";

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

/** Sorts the documents of every column that has a positive into its slots. */
export function columnCurves(cells: Cells, slots: Slots): ColumnCurves {
  const rowSlots = columnRows(cells, slots), counts = countSlots(cells, slots, rowSlots);
  for (let column = 0; column < cells.columns.length; column++) {
    counts[2 * slots.offsets[column]! + column] = 0;
  }
  const bySlot = emptyLists(counts), next = bySlot.offsets.slice();
  for (let row = 0; row < cells.documents; row++) {
    for (const slot of rowSlots(row)) {
      const at = next[slot]!;
      if (at === bySlot.offsets[slot + 1]!) continue; // a lowest slot
      bySlot.documents[at] = row;
      next[slot] = at + 1;
    }
  }
  const { documents } = cells;
  return { documents, slots, cells: bySlot, positives: positiveDocuments(cells, slots) };
}

/** Takes the area under one column's curve in one resample of a block. */
export type AreaVisitor = (resample: number, area: number) => void;

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
      visit(i, (won[i]! - count * count / 2) / (count * (documents - count)));
    }
  }
}

/** All cells as one curve, in bins: [D, K] cells, and the bin of each positive cell. */
export interface BinnedCurve {
  /** Rows, D. */
  readonly documents: number;
  /** K */
  readonly bins: number;
  /** [D, K] */
  readonly cells: Uint32Array;
  /** [D + 1] where each document's positives begin. */
  readonly offsets: Int32Array;
  /** [P] */
  readonly positiveBins: Uint32Array;
}

/**
 * Groups all cells into at most `most` bins of neighbouring scores. Up to that many slots are kept as
 * they are; more are joined so that a bin holds a small share both of the cells and of the positives,
 * and the ties that joining introduces weigh little.
 */
export function binCurve(cells: Cells, slots: Slots, most = 32): BinnedCurve {
  const rowSlots = microRows(cells, slots);
  const binOf = joinSlots(slots, countSlots(cells, slots, rowSlots), most);
  const bins = binOf[binOf.length - 1]! + 1, { documents, offsets } = cells;
  const binned = new Uint32Array(documents * bins);
  for (let row = 0; row < documents; row++) {
    const found = rowSlots(row), start = row * bins;
    for (let at = 0; at < found.length; at++) binned[start + binOf[found[at]!]!]!++;
  }
  const distinct = new Map(slots.keys.entries().map(([at, key]) => [key, binOf[2 * at + 1]!]));
  const positiveBins = positiveKeys(cells).map((key) => distinct.get(key)!);
  return { documents, bins, cells: binned, offsets, positiveBins };
}

/** The area under a binned curve, each document counting as often as `weights` says. */
export function weightBins(curve: BinnedCurve, weights: Uint16Array): number {
  const { bins } = curve;
  const cells = new Float64Array(bins), positives = new Float64Array(bins);
  for (let row = 0; row < curve.documents; row++) {
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
function joinSlots(slots: Slots, counts: Uint32Array, most: number): Uint32Array {
  if (counts.length <= most) return Uint32Array.from(counts.keys());
  const cells = counts.reduce((sum, count) => sum + count, 0);
  const positives = slots.positives.reduce((sum, count) => sum + count, 0);
  const half = (most - 1) / 2; // as many steps for shares of cells as for shares of positives
  let cellsBelow = 0, positivesBelow = 0, bin = -1, share = -1;
  return counts.map((count, slot) => {
    const next = Math.floor(half * cellsBelow / cells) +
      Math.floor(half * positivesBelow / positives);
    if (next > share) bin++;
    share = next;
    cellsBelow += count;
    if (slot % 2 === 1) positivesBelow += slots.positives[(slot - 1) / 2]!;
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
