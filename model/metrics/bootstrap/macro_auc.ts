/**
 * Macro AUC for resamples of the documents: exact.
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

/** Macro AUC of each group in each resample of a block, [R] each. */
export function weightMacroAuc(
  curves: ColumnCurves,
  { members, byColumn }: ColumnGroups,
  block: WeightBlock,
): Float64Array[] {
  const sums = members.map(() => new Float64Array(block.size));
  const defined = members.map(() => new Float64Array(block.size));
  weightColumns(curves, block, (column, at, area) => {
    for (const group of byColumn[column]!) {
      sums[group]![at]! += area;
      defined[group]![at]!++;
    }
  });
  return sums.map((own, group) => own.map((sum, at) => sum / defined[group]![at]!));
}

/**
 * Calls `visit` with the area under every column's curve in every resample of a block, but where the
 * resample has no positive or no negative of it.
 */
function weightColumns(
  { documents, cutPoints, cells, positives }: ColumnCurves,
  block: WeightBlock,
  visit: (column: number, resample: number, area: number) => void,
): void {
  const above = new Float64Array(block.size);
  const equal = new Float64Array(block.size);
  const own = new Float64Array(block.size);
  const between = new Float64Array(block.size);
  const won = new Float64Array(block.size);
  const all = new Float64Array(block.size);
  for (let column = 0; column + 1 < cutPoints.offsets.length; column++) {
    const begin = cutPoints.offsets[column]!;
    const end = cutPoints.offsets[column + 1]!;
    if (begin === end) continue;
    for (const sums of [above, won, all]) sums.fill(0);
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
      }
    }
    for (let i = 0; i < block.size; i++) {
      const count = all[i]!;
      if (count === 0 || count === documents) continue;
      visit(column, i, (won[i]! - count * count / 2) / (count * (documents - count)));
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
