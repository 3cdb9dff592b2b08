/**
 * Micro AUC and micro AUC-PR for resamples of the documents: exact where the scores are few, else of
 * cells in bins.
 *
 * Legend: `D` documents, `K` bins, `P` positive cells.
 *
 * @module
 */
import { type CutPoints, type PooledCounts, pooledRows } from "../auc.ts";
import { type Cells, type ColumnGroups, positiveKeys } from "../cells.ts";

/** The cells of a group of columns as one curve, in bins of neighbouring scores. */
export interface BinnedCurve {
  /** K, at most {@linkcode MOST_BINS}. */
  readonly bins: number;
  /** [D, K] a document's cells in each bin. */
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

/**
 * The curve of every group, its cells joined to bins.
 *
 * @param counts of each group's cells in the slots of `cutPoints`.
 */
export function binCurves(
  cells: Cells,
  groups: ColumnGroups,
  { cutPoints, counts }: {
    readonly cutPoints: CutPoints;
    readonly counts: readonly PooledCounts[];
  },
): BinnedCurve[] {
  const { documents } = cells;
  const binOf = counts.map(joinSlots);
  const bins = binOf.map((binOf) => binOf[binOf.length - 1]! + 1);
  const binned = bins.map((bins) => new Uint32Array(documents * bins));
  const rowSlots = pooledRows(cells, cutPoints);
  for (let row = 0; row < documents; row++) {
    const found = rowSlots(row);
    for (let at = 0; at < found.length; at++) {
      const slot = found[at]!;
      const own = groups.byColumn[at]!;
      for (let i = 0; i < own.length; i++) {
        const group = own[i]!;
        binned[group]![row * bins[group]! + binOf[group]![slot]!]!++;
      }
    }
  }
  return binPositives(cells, groups, { cutPoints, binOf }).map((positives, group) => ({
    ...positives,
    bins: bins[group]!,
    cells: binned[group]!,
  }));
}

/** The bins of each group's positives, document by document. */
function binPositives(
  cells: Cells,
  groups: ColumnGroups,
  { cutPoints, binOf }: {
    readonly cutPoints: CutPoints;
    readonly binOf: readonly Uint8Array[];
  },
): Pick<BinnedCurve, "offsets" | "positiveBins">[] {
  const slot = new Map(cutPoints.keys.entries().map(([at, key]) => [key, 2 * at + 1]));
  const keys = positiveKeys(cells);
  const found: number[][] = groups.members.map(() => []);
  const offsets = groups.members.map(() => new Uint32Array(cells.documents + 1));
  for (let row = 0; row < cells.documents; row++) {
    for (let at = cells.offsets[row]!; at < cells.offsets[row + 1]!; at++) {
      for (const group of groups.byColumn[cells.positives[at]!]!) {
        found[group]!.push(binOf[group]![slot.get(keys[at]!)!]!);
      }
    }
    offsets.forEach((own, group) => own[row + 1] = found[group]!.length);
  }
  return offsets.map((own, group) => ({
    offsets: own,
    positiveBins: Uint8Array.from(found[group]!),
  }));
}

/** The areas under both curves of a binned one, each document counting as often as `weights` says. */
export function weightMicroAreas(
  curve: BinnedCurve,
  weights: Uint16Array,
): { readonly auc: number; readonly auprc: number } {
  const { bins } = curve;
  const documents = curve.offsets.length - 1;
  const cells = new Float64Array(bins);
  const positives = new Float64Array(bins);
  for (let row = 0; row < documents; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    const start = row * bins;
    for (let bin = 0; bin < bins; bin++) cells[bin]! += weight * curve.cells[start + bin]!;
    for (let at = curve.offsets[row]!; at < curve.offsets[row + 1]!; at++) {
      positives[curve.positiveBins[at]!]! += weight;
    }
  }
  let below = 0;
  let won = 0;
  let all = 0;
  for (let bin = 0; bin < bins; bin++) {
    won += positives[bin]! * (below + cells[bin]! / 2);
    below += cells[bin]!;
    all += positives[bin]!;
  }
  const auc = (won - all * all / 2) / (all * (below - all));
  return { auc, auprc: binnedPrecision(cells, positives) };
}

/** Average precision where the cells of a bin are tied. */
function binnedPrecision(cells: Float64Array, positives: Float64Array): number {
  let assigned = 0;
  let hits = 0;
  let sum = 0;
  for (let bin = cells.length - 1; bin >= 0; bin--) {
    assigned += cells[bin]!;
    hits += positives[bin]!;
    if (positives[bin]! > 0) sum += positives[bin]! * hits / assigned;
  }
  return sum / hits;
}

/** The bin of each slot, ascending. */
function joinSlots({ cells, positives }: PooledCounts): Uint8Array {
  if (cells.length <= MOST_BINS) return Uint8Array.from(cells.keys());
  const sum = (counts: Uint32Array) => counts.reduce((sum, count) => sum + count, 0);
  const cellSum = Math.max(1, sum(cells));
  const positiveSum = Math.max(1, sum(positives));
  const steps = (MOST_BINS - 1) / 2; // as many for shares of cells as for shares of positives
  let cellsBelow = 0;
  let positivesBelow = 0;
  let bin = -1;
  let share = -1;
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
