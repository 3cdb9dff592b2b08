/**
 * Metrics of a document's set of labels: the set that a threshold assigns beside the set that is true,
 * and the same of the labels' categories.
 *
 * Legend: `D` documents, `L` labels.
 *
 * @module
 */
import type { DocumentLists } from "./cells.ts";
import type { Decisions } from "./f1.ts";
import { SET_METRICS, type SetMetric } from "./names.ts";

/** Each document's value of each metric, [D]. */
export type SetValues = { readonly [metric in SetMetric]: Float64Array };

/** How large two sets of a document are, and what they have in common, [D] each. */
interface SetSizes {
  readonly assigned: Uint32Array;
  readonly positive: Uint32Array;
  readonly common: Uint32Array;
}

/** Which labels are looked at, and how. */
export interface SetOptions {
  /** D */
  readonly documents: number;
  /** Positions of the columns, ascending. */
  readonly members: Int32Array;
  /** [L] the category of every column; without, `jaccard_3` is NaN. */
  readonly categories?: Int32Array | undefined;
}

/**
 * Every metric for every document. Two empty sets are equal, and have all in common: Jaccard's index of
 * them is 1 (scikit-learn's with `zero_division=1`).
 */
export function setValues(decisions: Decisions, options: SetOptions): SetValues {
  const { documents, members, categories } = options;
  const whole = sizesOf(decisions, documents, Array.from(members, (column) => [column]));
  const grouped = categories && sizesOf(decisions, documents, [
    ...Map.groupBy(members, (column) => categories[column]!).values(),
  ]);
  return {
    exact_match: each(
      whole,
      ({ assigned, positive, common }, row) =>
        Number(assigned[row] === common[row] && positive[row] === common[row]),
    ),
    jaccard: each(whole, jaccardIndex),
    jaccard_3: grouped ? each(grouped, jaccardIndex) : new Float64Array(documents).fill(NaN),
  };
}

/** The metrics' names with a value each. */
export function bySetMetric<T>(
  of: (metric: SetMetric) => T,
): { readonly [metric in SetMetric]: T } {
  const entries = SET_METRICS.map((metric) => [metric, of(metric)]);
  return Object.fromEntries(entries);
}

/** A document has a category where it has one of the category's columns. */
function sizesOf(
  { assigned, positive }: Decisions,
  documents: number,
  categories: readonly (readonly number[])[],
): SetSizes {
  const sizes: SetSizes = {
    assigned: new Uint32Array(documents),
    positive: new Uint32Array(documents),
    common: new Uint32Array(documents),
  };
  const assignedTo = new Int32Array(documents).fill(-1); // the last category found
  const trueOf = assignedTo.slice();
  categories.forEach((columns, category) => {
    visit(assigned, columns, (row) => {
      if (assignedTo[row] === category) return;
      assignedTo[row] = category;
      sizes.assigned[row]!++;
    });
    visit(positive, columns, (row) => {
      if (trueOf[row] === category) return;
      trueOf[row] = category;
      sizes.positive[row]!++;
      if (assignedTo[row] === category) sizes.common[row]!++;
    });
  });
  return sizes;
}

function visit(
  { offsets, documents }: DocumentLists,
  columns: readonly number[],
  use: (row: number) => void,
): void {
  for (const column of columns) {
    for (let at = offsets[column]!; at < offsets[column + 1]!; at++) use(documents[at]!);
  }
}

function each(sizes: SetSizes, value: (sizes: SetSizes, row: number) => number): Float64Array {
  return Float64Array.from(sizes.assigned, (_, row) => value(sizes, row));
}

function jaccardIndex({ assigned, positive, common }: SetSizes, row: number): number {
  const union = assigned[row]! + positive[row]! - common[row]!;
  return union === 0 ? 1 : common[row]! / union;
}
