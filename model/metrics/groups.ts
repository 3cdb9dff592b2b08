/**
 * Groups of labels that are evaluated apart: diagnoses and procedures, and bands of frequency.
 *
 * @module
 */
import {
  FREQUENCY_BANDS,
  type FrequencyBand,
  inBand,
} from "../../pipeline/codes/frequency_bands.ts";
import { CODE_KINDS, type CodeKind, type Label } from "../../pipeline/schema.ts";

/** Labels that have something in common. */
export interface LabelGroup {
  /** What they have in common, as tables name it. */
  readonly name: string;
  /** Their indices, ascending. */
  readonly columns: Int32Array;
}

/** Something of all labels, and of each of {@linkcode labelGroups} by name, in their order. */
export interface ByGroup<T> {
  readonly all: T;
  readonly groups: { readonly [name: string]: T };
}

/**
 * What `measure` finds of all labels and of each group.
 *
 * @param measure given the groups' columns, all labels' first, returns as many results.
 */
export function measureGroups<T>(
  labels: readonly Label[],
  measure: (groups: readonly Int32Array[]) => readonly T[],
): ByGroup<T> {
  const named = labelGroups(labels);
  const [all, ...parts] = measure([
    Int32Array.from(labels.keys()),
    ...named.map(({ columns }) => columns),
  ]);
  const byName = named.map(({ name }, at) => [name, parts[at]!]);
  return { all: all!, groups: Object.fromEntries(byName) };
}

const kindNames: { readonly [kind in CodeKind]: string } = {
  diagnosis: "diagnoses",
  procedure: "procedures",
  code: "codes",
};

/**
 * The groups of a label list that hold some of its labels but not all: by kind of code, then by the
 * number of training documents that carry a label (none, 1–10, 11–50, 51–100, 101–500, more).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const label = (kind: "diagnosis" | "procedure", train: number) =>
 *   ({ code: "", kind, title: "", group: "", documents: { train, dev: 0, test: 0 } });
 * const groups = labelGroups([label("diagnosis", 3), label("procedure", 0), label("diagnosis", 9)]);
 * assert.deepEqual(groups.map(({ name, columns }) => [name, ...columns]), [
 *   ["diagnoses", 0, 2],
 *   ["procedures", 1],
 *   ["not in training", 1],
 *   ["in 1–10 training documents", 0, 2],
 * ]);
 * ```
 */
export function labelGroups(labels: readonly Label[]): LabelGroup[] {
  const kinds = CODE_KINDS.map((kind) =>
    select(labels, kindNames[kind], (label) => label.kind === kind)
  );
  const bands = FREQUENCY_BANDS.map((band) =>
    select(labels, bandName(band), ({ documents: { train } }) => inBand(band, train))
  );
  return [...kinds, ...bands]
    .filter(({ columns }) => columns.length > 0 && columns.length < labels.length);
}

function select(
  labels: readonly Label[],
  name: string,
  belongs: (label: Label) => boolean,
): LabelGroup {
  const indices = labels.flatMap((label, index) => belongs(label) ? [index] : []);
  return { name, columns: Int32Array.from(indices) };
}

function bandName({ low, high }: FrequencyBand): string {
  if (high === 0) return "not in training";
  return high === Infinity
    ? `in more than ${low - 1} training documents`
    : `in ${low}–${high} training documents`;
}
