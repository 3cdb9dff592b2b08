/**
 * Codes and the label sets made of them: ICD-9's points, the most frequent codes, the index of every
 * label, categories, and which codes have none.
 *
 * @module
 */
import { categoryKey, type Grouping } from "./ccs.ts";
import type { CodeKind, Label, Split } from "../schema.ts";
import { compareCodeUnits, distinctAscending } from "../order.ts";

/** A distinct code of the source. */
export interface Code {
  /** Kind. */
  readonly kind: CodeKind;
  /** The code as it is written out, with its point. */
  readonly code: string;
  /** What it means in words; may be empty. */
  readonly title: string;
}

/** Codes of one label set, numbered, with their categories. */
export interface LabelSet {
  /** Labels of the ICD task, by code. */
  readonly icd: readonly Label[];
  /** Labels of the CCS task, by number. */
  readonly ccs: readonly Label[];
  /** Source code → index in `icd`, −1 for a code outside the set. */
  readonly icdOf: Int32Array;
  /** Source code → index in `ccs`, −1 for a code outside the set or without category. */
  readonly ccsOf: Int32Array;
}

/** A document's codes and where it belongs. */
export interface CodedDocument {
  /** Indices into the source's codes: distinct, ascending. */
  readonly codes: Int32Array;
  /** Its split. */
  readonly split: Split;
}

/** How categories are found and named. */
export interface CategoryRules {
  /** Category of a code given without its point. */
  readonly grouping: Grouping;
  /** Whether equal numbers of diagnoses and procedures stay apart. */
  readonly ccsLabels: "separate" | "paper";
}

/**
 * Writes an ICD-9 code with its point: after the third character of a diagnosis, the fourth of an E
 * code, the second of a procedure. Blanks, a point and lower case are put right; nothing is padded.
 *
 * @returns undefined for what cannot be a code of that kind.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(formatIcd9("diagnosis", "4280"), "428.0");
 * assert.equal(formatIcd9("diagnosis", "E8798"), "E879.8");
 * assert.equal(formatIcd9("procedure", "0066"), "00.66");
 * assert.equal(formatIcd9("procedure", "E8798"), undefined);
 * ```
 */
export function formatIcd9(kind: "diagnosis" | "procedure", raw: string): string | undefined {
  const written = raw.trim().toUpperCase();
  const code = written.replace(".", "");
  const shape = kind === "diagnosis" ? /^(?:\d{3}|V\d{2}|E\d{3})\d{0,2}$/ : /^\d{2,4}$/;
  if (!shape.test(code)) return undefined;
  const category = kind === "procedure" ? 2 : code.startsWith("E") ? 4 : 3;
  const pointed = code.length > category
    ? `${code.slice(0, category)}.${code.slice(category)}`
    : code;
  return written.includes(".") && written !== pointed ? undefined : pointed;
}

/** In how many of the documents each of `codes` codes occurs. */
export function countDocuments(documents: Iterable<Int32Array>, codes: number): Int32Array {
  const counts = new Int32Array(codes);
  for (const document of documents) for (const code of document) counts[code]!++;
  return counts;
}

/** The `top` codes that the most documents carry, ties by code; fewer where fewer are in use. */
export function mostFrequent(codes: readonly Code[], counts: Int32Array, top: number): number[] {
  return codesInUse(counts)
    .sort((a, b) => counts[b]! - counts[a]! || compareCodes(codes[a]!, codes[b]!))
    .slice(0, top);
}

/** Indices of the codes that some document carries. */
export function codesInUse(counts: Int32Array): number[] {
  return [...counts.keys()].filter((code) => counts[code]! > 0);
}

/** Numbers the `chosen` codes and their categories and counts the documents that carry each. */
export function buildLabels(
  codes: readonly Code[],
  chosen: readonly number[],
  documents: readonly CodedDocument[],
  { grouping, ccsLabels }: CategoryRules,
): LabelSet {
  const order = chosen.toSorted((a, b) => compareCodes(codes[a]!, codes[b]!));
  const icdOf = new Int32Array(codes.length).fill(-1);
  order.forEach((code, index) => icdOf[code] = index);

  const keyOf = order.map((index) => {
    const { kind, code } = codes[index]!;
    const category = grouping(kind, code.replaceAll(".", ""));
    if (!category) return undefined;
    return { key: categoryKey(kind, category, ccsLabels), kind, title: category.title };
  });
  const categories = new Map<string, { kinds: Set<CodeKind>; titles: Set<string> }>();
  for (const found of keyOf) {
    if (!found) continue;
    const seen = categories.get(found.key) ?? { kinds: new Set(), titles: new Set() };
    categories.set(found.key, seen);
    seen.kinds.add(found.kind);
    if (found.title !== "") seen.titles.add(found.title);
  }
  const keys = sortKeys([...categories.keys()]);
  const indexOfKey = new Map(keys.map((key, index) => [key, index]));
  const ccsOf = new Int32Array(codes.length).fill(-1);
  order.forEach((code, i) => ccsOf[code] = keyOf[i] ? indexOfKey.get(keyOf[i].key)! : -1);

  const icdCounts = countBySplit(documents, icdOf, order.length);
  const ccsCounts = countBySplit(documents, ccsOf, keys.length);
  return {
    icd: order.map((code, i) => ({
      ...codes[code]!,
      group: keyOf[i]?.key ?? "",
      documents: icdCounts[i]!,
    })),
    ccs: keys.map((code, i) => {
      const { kinds, titles } = categories.get(code)!;
      const kind = kinds.size === 1 ? [...kinds][0]! : "code";
      return { code, kind, title: [...titles].join(" | "), group: "", documents: ccsCounts[i]! };
    }),
    icdOf,
    ccsOf,
  };
}

/** A document's labels: what `labelOf` makes of its codes; distinct, ascending, −1 left out. */
export function labelsOf(codes: Int32Array, labelOf: Int32Array): Int32Array {
  const labels: number[] = [];
  for (const code of codes) if (labelOf[code]! >= 0) labels.push(labelOf[code]!);
  return distinctAscending(labels);
}

/** Labels without a category, with the documents that carry them, by code. */
export function uncovered(labels: LabelSet): readonly Label[] {
  return labels.icd.filter(({ group }) => group === "");
}

/** Share of all (document, code) pairs whose code has no category, 0 … 1. */
export function uncoveredShare(labels: LabelSet): number {
  const pairs = (rows: readonly Label[]) =>
    rows.reduce((sum, { documents: { train, dev, test } }) => sum + train + dev + test, 0);
  return pairs(uncovered(labels)) / Math.max(1, pairs(labels.icd));
}

/** How two lists of codes differ. */
export function compareLists(
  here: Iterable<string>,
  given: Iterable<string>,
): { readonly onlyHere: string[]; readonly onlyGiven: string[] } {
  const [ours, theirs] = [new Set(here), new Set(given)];
  return {
    onlyHere: [...ours.difference(theirs)].sort(),
    onlyGiven: [...theirs.difference(ours)].sort(),
  };
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

function countBySplit(
  documents: readonly CodedDocument[],
  labelOf: Int32Array,
  labels: number,
): Record<Split, number>[] {
  const counts = Array.from({ length: labels }, () => ({ train: 0, dev: 0, test: 0 }));
  for (const { codes, split } of documents) {
    for (const label of labelsOf(codes, labelOf)) counts[label]![split]++;
  }
  return counts;
}
