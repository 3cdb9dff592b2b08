/**
 * Precision, recall and F1 of the labels that a threshold assigns (DESIGN §8). A label is assigned
 * where its score is above the threshold, as in the published evaluations, which round 0.5 down.
 *
 * Legend: `L` labels.
 *
 * @module
 */
import type { Slots } from "./auc.ts";
import type { WeightBlock } from "./bootstrap.ts";
import {
  type Cells,
  type DocumentLists,
  emptyLists,
  keyAtOrBelow,
  positiveLists,
  scoreOf,
} from "./cells.ts";
import type { F1Metric } from "./names.ts";

/** What a threshold assigns: documents by label. */
export interface Decisions {
  /** Assigned and true. */
  readonly hits: DocumentLists;
  /** Assigned. */
  readonly assigned: DocumentLists;
  /** True. */
  readonly positive: DocumentLists;
}

/** The metrics of what a threshold assigns. */
export type F1Values = { readonly [metric in F1Metric]: number };

/** The labels that `threshold` assigns. */
export function decide(cells: Cells, threshold: number): Decisions {
  const assigned = assignedLists(cells, threshold), positive = positiveLists(cells);
  return { hits: intersect(assigned, positive), assigned, positive };
}

/** The metrics of all documents. */
export function f1Values({ hits, assigned, positive }: Decisions): F1Values {
  const totals = new F1Totals();
  for (let column = 0; column + 1 < positive.offsets.length; column++) {
    totals.add(
      ...([hits, assigned, positive].map(({ offsets }) =>
        offsets[column + 1]! - offsets[column]!
      ) as [number, number, number]),
    );
  }
  return totals.values();
}

/** The metrics of each resample of a block. */
export function weightDecisions(
  { hits, assigned, positive }: Decisions,
  block: WeightBlock,
): F1Totals[] {
  const totals = Array.from({ length: block.size }, () => new F1Totals());
  const [h, a, p] = [0, 0, 0].map(() => new Float64Array(block.size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let column = 0; column + 1 < positive.offsets.length; column++) {
    block.sum(hits.documents, hits.offsets[column]!, hits.offsets[column + 1]!, h);
    block.sum(assigned.documents, assigned.offsets[column]!, assigned.offsets[column + 1]!, a);
    block.sum(positive.documents, positive.offsets[column]!, positive.offsets[column + 1]!, p);
    for (let at = 0; at < block.size; at++) totals[at]!.add(h[at]!, a[at]!, p[at]!);
  }
  return totals;
}

/**
 * Accumulates columns into the metrics of this file. A ratio without a denominator counts as 0: a
 * label that is never assigned has precision 0, one that never occurs recall 0, and F1 accordingly.
 */
class F1Totals {
  #labels = 0;
  #present = 0;
  #hits = 0;
  #assigned = 0;
  #positive = 0;
  #precision = 0;
  #recall = 0;
  #f1 = 0;
  #presentPrecision = 0;
  #presentF1 = 0;

  /** Adds a column: cells that are assigned and positive, that are assigned, that are positive. */
  add(hits: number, assigned: number, positive: number): void {
    const precision = ratio(hits, assigned), f1 = ratio(2 * hits, assigned + positive);
    this.#labels++;
    this.#hits += hits;
    this.#assigned += assigned;
    this.#positive += positive;
    this.#precision += precision;
    this.#recall += ratio(hits, positive);
    this.#f1 += f1;
    if (positive === 0) return;
    this.#present++;
    this.#presentPrecision += precision;
    this.#presentF1 += f1;
  }

  /** The metrics of all columns added. */
  values(): F1Values {
    const macroPrecision = ratio(this.#precision, this.#labels);
    const macroRecall = ratio(this.#recall, this.#labels);
    return {
      micro_precision: ratio(this.#hits, this.#assigned),
      micro_recall: ratio(this.#hits, this.#positive),
      micro_f1: ratio(2 * this.#hits, this.#assigned + this.#positive),
      macro_precision: macroPrecision,
      macro_recall: macroRecall,
      macro_f1: ratio(this.#f1, this.#labels),
      macro_f1_caml: harmonicMean(macroPrecision, macroRecall),
      macro_f1_present: ratio(this.#presentF1, this.#present),
      macro_f1_caml_present: harmonicMean(
        ratio(this.#presentPrecision, this.#present),
        ratio(this.#recall, this.#present), // absent labels add nothing to the sum
      ),
    };
  }
}

/** The documents that a threshold assigns each column to. */
function assignedLists(cells: Cells, threshold: number): DocumentLists {
  const { documents, width, keys, columns } = cells, limit = keyAtOrBelow(threshold);
  const lengths = new Uint32Array(columns.length);
  for (let row = 0; row < documents; row++) {
    for (let at = 0; at < columns.length; at++) {
      if (keys[row * width + columns[at]!]! > limit) lengths[at]!++;
    }
  }
  const lists = emptyLists(lengths), next = lists.offsets.slice();
  for (let row = 0; row < documents; row++) {
    for (let at = 0; at < columns.length; at++) {
      if (keys[row * width + columns[at]!]! > limit) lists.documents[next[at]!++] = row;
    }
  }
  return lists;
}

/** The documents that two lists have in common, column by column. */
function intersect(a: DocumentLists, b: DocumentLists): DocumentLists {
  const columns = a.offsets.length - 1, offsets = new Uint32Array(columns + 1);
  const documents: number[] = [];
  for (let column = 0; column < columns; column++) {
    let other = b.offsets[column]!;
    const otherEnd = b.offsets[column + 1]!;
    for (let at = a.offsets[column]!; at < a.offsets[column + 1]!; at++) {
      const row = a.documents[at]!;
      while (other < otherEnd && b.documents[other]! < row) other++;
      if (other < otherEnd && b.documents[other] === row) documents.push(row);
    }
    offsets[column + 1] = documents.length;
  }
  return { offsets, documents: Uint32Array.from(documents) };
}

/**
 * The threshold with the largest micro-F1, the highest of equals: the largest float32 below the lowest
 * score that it lets through. 0.5 where there is no positive.
 *
 * Micro-F1 only rises where a positive is let through, so the positives' scores are all there is to try.
 *
 * @param slots of all cells as one group.
 * @param counts cells in each of them.
 */
export function bestThreshold(slots: Slots, counts: Uint32Array): number {
  const positives = slots.positives.reduce((sum, count) => sum + count, 0);
  let best = 0, bestKey: number | undefined;
  let hits = 0, assigned = counts[counts.length - 1] ?? 0;
  for (let at = slots.keys.length - 1; at >= 0; at--) {
    hits += slots.positives[at]!;
    assigned += counts[2 * at + 1]!;
    const f1 = 2 * hits / (assigned + positives);
    if (f1 > best) {
      best = f1;
      bestKey = slots.keys[at]!;
    }
    assigned += counts[2 * at]!;
  }
  if (bestKey === undefined) return 0.5;
  return bestKey === 0 ? -Number.MIN_VALUE : scoreOf(bestKey - 1);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function harmonicMean(a: number, b: number): number {
  return ratio(2 * a * b, a + b);
}
