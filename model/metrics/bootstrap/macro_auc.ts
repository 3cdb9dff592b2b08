/**
 * Macro AUC and macro AUC-PR for resamples of the documents: exact.
 *
 * Legend: `D` documents, `L` labels, `R` resamples of a block.
 *
 * @module
 */
import { columnRows, type CutPoints } from "../auc.ts";
import {
  type Cells,
  type ColumnGroups,
  type DocumentLists,
  emptyLists,
  positiveKeys,
} from "../cells.ts";
import type { WeightBlock } from "./resamples.ts";

/** The columns' curves, ready to be weighted. */
export interface ColumnCurves {
  /** D */
  readonly documents: number;
  /** Of each column. */
  readonly cutPoints: CutPoints;
  /**
   * Documents by slot. The lowest slot of each column, below all its positives and mostly by far the
   * largest, is left empty: what it weighs is what the others don't.
   */
  readonly cells: DocumentLists;
  /** Positive documents by cut point. */
  readonly positives: DocumentLists;
}

/**
 * Sorts the documents of every column that has a positive into its slots.
 *
 * @param counts documents in each slot.
 */
export function columnCurves(
  cells: Cells,
  cutPoints: CutPoints,
  counts: Uint32Array,
): ColumnCurves {
  const lengths = counts.slice();
  for (let column = 0; column < cells.columns.length; column++) {
    lengths[2 * cutPoints.offsets[column]! + column] = 0;
  }
  const bySlot = emptyLists(lengths);
  const next = bySlot.offsets.slice();
  const rowSlots = columnRows(cells, cutPoints);
  for (let row = 0; row < cells.documents; row++) {
    const found = rowSlots(row);
    for (let i = 0; i < found.length; i++) {
      const slot = found[i]!;
      const at = next[slot]!;
      if (at === bySlot.offsets[slot + 1]!) continue; // a lowest slot
      bySlot.documents[at] = row;
      next[slot] = at + 1;
    }
  }
  return {
    documents: cells.documents,
    cutPoints,
    cells: bySlot,
    positives: positiveDocuments(cells, cutPoints),
  };
}

/** Both areas, averaged over a group's labels, in each resample of a block: [R] each. */
export interface MacroAreas {
  readonly auc: Float64Array;
  readonly auprc: Float64Array;
}

/** Macro AUC and macro AUC-PR of each group in each resample of a block. */
export function weightMacroAreas(
  curves: ColumnCurves,
  { members, byColumn }: ColumnGroups,
  block: WeightBlock,
): MacroAreas[] {
  const means = members.map(() => ({
    auc: new Mean(block.size),
    auprc: new Mean(block.size),
  }));
  weightColumns(curves, block, (column, at, auc, auprc) => {
    for (const group of byColumn[column]!) {
      means[group]!.auc.add(at, auc);
      means[group]!.auprc.add(at, auprc);
    }
  });
  return means.map(({ auc, auprc }) => ({ auc: auc.values(), auprc: auprc.values() }));
}

/** Means of what is defined, one for each resample. */
class Mean {
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;

  /** @param size number of resamples. */
  constructor(size: number) {
    this.#sums = new Float64Array(size);
    this.#counts = new Float64Array(size);
  }

  add(resample: number, value: number): void {
    if (Number.isNaN(value)) return;
    this.#sums[resample]! += value;
    this.#counts[resample]!++;
  }

  /** NaN where nothing was defined. */
  values(): Float64Array {
    return this.#sums.map((sum, at) => sum / this.#counts[at]!);
  }
}

/**
 * Calls `visit` with the areas under every column's two curves in every resample of a block, but where
 * the resample has no positive of it; the first area is NaN where it has no negative.
 */
function weightColumns(
  { documents, cutPoints, cells, positives }: ColumnCurves,
  block: WeightBlock,
  visit: (column: number, resample: number, auc: number, auprc: number) => void,
): void {
  const above = new Float64Array(block.size);
  const equal = new Float64Array(block.size);
  const own = new Float64Array(block.size);
  const between = new Float64Array(block.size);
  const won = new Float64Array(block.size);
  const precision = new Float64Array(block.size);
  const all = new Float64Array(block.size);
  for (let column = 0; column + 1 < cutPoints.offsets.length; column++) {
    const begin = cutPoints.offsets[column]!;
    const end = cutPoints.offsets[column + 1]!;
    if (begin === end) continue;
    for (const sums of [above, won, all, precision]) sums.fill(0);
    for (let at = end - 1; at >= begin; at--) {
      const slot = 2 * at + column + 1;
      const first = cells.offsets[slot]!;
      const after = cells.offsets[slot + 1]!;
      const ownFirst = positives.offsets[at]!;
      const ownAfter = positives.offsets[at + 1]!;
      block.sum(cells.documents, after, cells.offsets[slot + 2]!, between);
      block.sum(cells.documents, first, after, equal);
      if (ownAfter - ownFirst === after - first) own.set(equal);
      else block.sum(positives.documents, ownFirst, ownAfter, own);
      for (let i = 0; i < block.size; i++) {
        const higher = above[i]! + between[i]!;
        won[i]! += own[i]! * (documents - higher - equal[i]! / 2);
        all[i]! += own[i]!;
        above[i] = higher + equal[i]!;
        if (own[i]! > 0) precision[i]! += own[i]! * all[i]! / above[i]!;
      }
    }
    for (let i = 0; i < block.size; i++) {
      const count = all[i]!;
      if (count === 0) continue;
      const auc = (won[i]! - count * count / 2) / (count * (documents - count)); // 0/0 where all are
      visit(column, i, auc, precision[i]! / count);
    }
  }
}

function positiveDocuments(cells: Cells, cutPoints: CutPoints): DocumentLists {
  const lists = emptyLists(cutPoints.positives);
  const next = lists.offsets.slice();
  const keys = positiveKeys(cells);
  for (let row = 0; row < cells.documents; row++) {
    for (let at = cells.offsets[row]!; at < cells.offsets[row + 1]!; at++) {
      const column = cells.positives[at]!;
      const begin = cutPoints.offsets[column]!;
      const distinct = cutPoints.keys.subarray(begin, cutPoints.offsets[column + 1]);
      lists.documents[next[begin + distinct.indexOf(keys[at]!)]!++] = row;
    }
  }
  return lists;
}
