/**
 * Precision, recall and F1 of the labels that a threshold assigns. A label is assigned where its score
 * is above the threshold, as in the published evaluations, which round 0.5 down.
 *
 * Legend: `L` labels.
 *
 * @module
 */
import type { WeightBlock } from "./bootstrap/resamples.ts";
import {
  type Cells,
  type ColumnGroups,
  type DocumentLists,
  emptyLists,
  keyAtOrBelow,
  positiveLists,
} from "./cells.ts";
import type { F1Metric } from "./names.ts";

/** What a threshold assigns, beside what is true. */
export interface Decisions {
  /** Of each label, the documents that it is assigned to and true of. */
  readonly hits: DocumentLists;
  /** Of each label, the documents that it is assigned to. */
  readonly assigned: DocumentLists;
  /** Of each label, the documents that it is true of. */
  readonly positive: DocumentLists;
}

/** The metrics of what a threshold assigns. */
export type F1Values = { readonly [metric in F1Metric]: number };

/** The labels that `threshold` assigns. */
export function decide(cells: Cells, threshold: number): Decisions {
  const assigned = assignedLists(cells, threshold);
  const positive = positiveLists(cells);
  return { hits: intersect(assigned, positive), assigned, positive };
}

/** The metrics of some columns over all documents. */
export function f1Values({ hits, assigned, positive }: Decisions, members: Int32Array): F1Values {
  const totals = new F1Totals(members.length);
  for (const column of members) {
    const count = ({ offsets }: DocumentLists) => offsets[column + 1]! - offsets[column]!;
    totals.add(count(hits), count(assigned), count(positive));
  }
  return totals.values();
}

/** The metrics of each group in each resample of a block. */
export function weightDecisions(
  { hits, assigned, positive }: Decisions,
  { members, byColumn }: ColumnGroups,
  block: WeightBlock,
): F1Values[][] {
  const totals = members.map(({ length }) =>
    Array.from({ length: block.size }, () => new F1Totals(length))
  );
  const hitSums = new Float64Array(block.size);
  const assignedSums = hitSums.slice();
  const positiveSums = hitSums.slice();
  byColumn.forEach((groups, column) => {
    const sum = ({ documents, offsets }: DocumentLists, sums: Float64Array) => {
      block.sum(documents, offsets[column]!, offsets[column + 1]!, sums);
      return offsets[column + 1]! - offsets[column]!;
    };
    if (sum(assigned, assignedSums) + sum(positive, positiveSums) === 0) return;
    sum(hits, hitSums);
    for (const group of groups) {
      totals[group]!.forEach((total, at) =>
        total.add(hitSums[at]!, assignedSums[at]!, positiveSums[at]!)
      );
    }
  });
  return totals.map((group) => group.map((total) => total.values()));
}

/**
 * Accumulates columns into the metrics of this file. A ratio without a denominator counts as 0: a
 * label that is never assigned has precision 0, one that never occurs recall 0, and F1 accordingly.
 */
class F1Totals {
  readonly #labels: number;
  #present = 0;
  #hits = 0;
  #assigned = 0;
  #positive = 0;
  #precision = 0;
  #recall = 0;
  #f1 = 0;
  #presentPrecision = 0;
  #presentF1 = 0;

  /** Of so many columns; those with neither an assigned nor a positive cell need not be added. */
  constructor(labels: number) {
    this.#labels = labels;
  }

  /** Adds a column: cells that are assigned and positive, that are assigned, that are positive. */
  add(hits: number, assigned: number, positive: number): void {
    const precision = ratio(hits, assigned);
    const f1 = ratio(2 * hits, assigned + positive);
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
  const { documents, width, keys, columns } = cells;
  const limit = keyAtOrBelow(threshold);
  const lengths = new Uint32Array(columns.length);
  const rowEnds = new Uint32Array(documents);
  let found = new Uint32Array(1024); // assigned columns, row by row
  let count = 0;
  for (let row = 0; row < documents; row++) {
    if (found.length < count + columns.length) found = enlarge(found, columns.length);
    const start = row * width;
    for (let at = 0; at < columns.length; at++) {
      if (keys[start + columns[at]!]! > limit) found[count++] = at;
    }
    rowEnds[row] = count;
  }
  for (let at = 0; at < count; at++) lengths[found[at]!]!++;
  const lists = emptyLists(lengths);
  const next = lists.offsets.slice();
  let at = 0;
  for (let row = 0; row < documents; row++) {
    for (; at < rowEnds[row]!; at++) lists.documents[next[found[at]!]!++] = row;
  }
  return lists;
}

/** The numbers with room for `more`, and for as many again as there are. */
function enlarge(numbers: Uint32Array<ArrayBuffer>, more: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * numbers.length + more);
  larger.set(numbers);
  return larger;
}

/** The documents that two lists have in common, column by column. */
function intersect(a: DocumentLists, b: DocumentLists): DocumentLists {
  const columns = a.offsets.length - 1;
  const offsets = new Uint32Array(columns + 1);
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

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function harmonicMean(a: number, b: number): number {
  return ratio(2 * a * b, a + b);
}
