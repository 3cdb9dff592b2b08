/**
 * Labels made of codes: the most frequent codes, the index of every label, categories, and which
 * codes have none.
 *
 * @module
 */
import { compareCodeUnits, distinctAscending } from "../order.ts";
import {
  type CodeKind,
  type Label,
  type PerTask,
  perTask,
  type Split,
  sumSplits,
} from "../schema.ts";
import { categoryKey, type Grouping } from "./ccs.ts";
import type { Code } from "./code.ts";
import { withoutPoint } from "./icd9.ts";

/** The labels of a label set, and how a source's codes lead to them. */
export interface LabelIndex {
  /** ICD labels by code, CCS labels by number; a label's place is its index. */
  readonly labels: PerTask<readonly Label[]>;
  /** Number of a code → index of its label; −1 where it is outside the set or has no category. */
  readonly indexOf: PerTask<Int32Array>;
}

/** A document's codes and where it belongs. */
export interface CodedDocument {
  /** Numbers of its codes: distinct, ascending. */
  readonly codes: Int32Array;
  /** The split in whose counts its labels appear. */
  readonly split: Split;
}

/** How categories are found and named. */
export interface CategoryRules {
  /** Category of a code given without its point. */
  readonly grouping: Grouping;
  /** Whether equal numbers of diagnoses and procedures stay apart. */
  readonly ccsLabels: "separate" | "paper";
}

/** In how many of the documents each of `codes` codes occurs. */
export function documentFrequencies(documents: Iterable<Int32Array>, codes: number): Int32Array {
  const counts = new Int32Array(codes);
  for (const document of documents) for (const code of document) counts[code]!++;
  return counts;
}

/**
 * The `top` codes that the most documents carry, ties by code; fewer where fewer are in `least`
 * documents.
 */
export function mostFrequent(
  codes: readonly Code[],
  counts: Int32Array,
  top: number,
  least = 1,
): number[] {
  return codesInUse(counts, least)
    .sort((a, b) => counts[b]! - counts[a]! || compareCodes(codes[a]!, codes[b]!))
    .slice(0, top);
}

/** Numbers of the codes that at least `least` documents carry. */
export function codesInUse(counts: Int32Array, least = 1): number[] {
  return [...counts.keys()].filter((code) => counts[code]! >= least);
}

/** Indexes the `chosen` codes and their categories and counts the documents that carry each. */
export function indexLabels(
  codes: readonly Code[],
  chosen: readonly number[],
  documents: readonly CodedDocument[],
  rules: CategoryRules,
): LabelIndex {
  const order = chosen.toSorted((a, b) => compareCodes(codes[a]!, codes[b]!));
  const found = order.map((number) => findCategory(codes[number]!, rules));
  const categories = mergeCategories(found.filter((category) => category !== undefined));
  const place = new Map(categories.map(({ code }, index) => [code, index]));
  const uncounted = {
    icd: order.map((number, at) => ({ ...codes[number]!, group: found[at]?.key ?? "" })),
    ccs: categories,
  };
  const indexOf = {
    icd: mapNumbers(codes.length, order, (at) => at),
    ccs: mapNumbers(codes.length, order, (at) => found[at] ? place.get(found[at].key)! : -1),
  };
  return {
    labels: perTask((task) => countDocuments(uncounted[task], indexOf[task], documents)),
    indexOf,
  };
}

/** A document's labels: what `indexOf` makes of its codes; distinct, ascending, −1 left out. */
export function labelsOf(codes: Int32Array, indexOf: Int32Array): Int32Array {
  return distinctAscending(codes.map((code) => indexOf[code]!).filter((label) => label >= 0));
}

/** Labels without a category, by code. */
export function uncovered(labels: readonly Label[]): readonly Label[] {
  return labels.filter(({ group }) => group === "");
}

/** Share of all (document, code) pairs whose code has no category, 0 … 1. */
export function uncoveredShare(labels: readonly Label[]): number {
  const pairs = (rows: readonly Label[]) =>
    rows.reduce((sum, { documents }) => sum + sumSplits(documents), 0);
  return pairs(uncovered(labels)) / Math.max(1, pairs(labels));
}

/** How two lists of codes differ. */
export function compareLists(
  here: Iterable<string>,
  given: Iterable<string>,
): { readonly onlyHere: string[]; readonly onlyGiven: string[] } {
  const ours = new Set(here);
  const theirs = new Set(given);
  return {
    onlyHere: [...ours.difference(theirs)].sort(),
    onlyGiven: [...theirs.difference(ours)].sort(),
  };
}

/** A label before it is counted. */
type Uncounted = Omit<Label, "documents">;

/** The category of one code, under the key that names it among all categories. */
interface FoundCategory {
  readonly key: string;
  readonly kind: CodeKind;
  readonly title: string;
}

function findCategory(
  { kind, code }: Code,
  { grouping, ccsLabels }: CategoryRules,
): FoundCategory | undefined {
  const category = grouping(kind, withoutPoint(code));
  return category && {
    key: categoryKey(kind, category, ccsLabels),
    kind,
    title: category.title,
  };
}

/** A label for each key. Where kinds were merged under it, the label is of none of them. */
function mergeCategories(found: readonly FoundCategory[]): Uncounted[] {
  const byKey = Map.groupBy(found, ({ key }) => key);
  return sortKeys([...byKey.keys()]).map((code) => {
    const categories = byKey.get(code)!;
    const kinds = new Set(categories.map(({ kind }) => kind));
    const titles = new Set(categories.map(({ title }) => title).filter(Boolean));
    return {
      code,
      kind: kinds.size === 1 ? categories[0]!.kind : "code",
      title: [...titles].join(" | "),
      group: "",
    };
  });
}

function mapNumbers(
  codes: number,
  order: readonly number[],
  indexAt: (at: number) => number,
): Int32Array {
  const indexOf = new Int32Array(codes).fill(-1);
  order.forEach((number, at) => indexOf[number] = indexAt(at));
  return indexOf;
}

function countDocuments(
  labels: readonly Uncounted[],
  indexOf: Int32Array,
  documents: readonly CodedDocument[],
): Label[] {
  const counts = labels.map(() => ({ train: 0, dev: 0, test: 0 }));
  for (const { codes, split } of documents) {
    for (const label of labelsOf(codes, indexOf)) counts[label]![split]++;
  }
  return labels.map((label, index) => ({ ...label, documents: counts[index]! }));
}

function compareCodes(a: Code, b: Code): number {
  return compareCodeUnits(a.code, b.code) || compareCodeUnits(a.kind, b.kind);
}

/** Categories by number where all of them are numbers (`dx:2` before `dx:10`), else by code unit. */
function sortKeys(keys: string[]): string[] {
  const numbers = new Map(keys.map((key) => [key, /^(?:dx:|pr:)?([0-9]+)$/.exec(key)?.[1]]));
  if (![...numbers.values()].every((number) => number !== undefined)) return keys.sort();
  return keys.sort((a, b) =>
    compareCodeUnits(a.slice(0, -numbers.get(a)!.length), b.slice(0, -numbers.get(b)!.length)) ||
    Number(numbers.get(a)) - Number(numbers.get(b)) || compareCodeUnits(a, b)
  );
}
