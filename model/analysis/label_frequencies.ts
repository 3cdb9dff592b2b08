/**
 * How often labels occur: the long tail of the paper's Fig. 1.
 *
 * @module
 */
import { compareCodeUnits } from "../../pipeline/order.ts";
import { type Label, SPLITS } from "../../pipeline/schema.ts";
import { medianOf } from "./estimate.ts";

/** A label in the order of frequency. */
export interface RankedLabel {
  /** 1 for the most frequent. */
  readonly rank: number;
  readonly code: string;
  readonly title: string;
  /** Documents of all splits that carry it. */
  readonly documents: number;
}

/** How much of all labels, and of their occurrences, is in the long tail. */
export interface LabelTail {
  readonly labels: number;
  /** Documents that the median label has. */
  readonly median: number;
  /** Share of the labels that at most {@linkcode RARE} documents carry, 0 … 1. */
  readonly rare: number;
  /** Share of all (document, label) pairs that the most frequent tenth of the labels has, 0 … 1. */
  readonly head: number;
}

/** A label of so many documents or fewer is rare. */
export const RARE = 10;

/** Labels by falling frequency, ties by code. */
export function rankLabels(labels: readonly Label[]): RankedLabel[] {
  return labels
    .map(({ code, title, documents }) => {
      const all = SPLITS.reduce((sum, split) => sum + documents[split], 0);
      return { code, title, documents: all };
    })
    .sort((a, b) => b.documents - a.documents || compareCodeUnits(a.code, b.code))
    .map((label, at) => ({ rank: at + 1, ...label }));
}

/**
 * Sums up labels that {@linkcode rankLabels} ranked; NaN where there are none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const counts = [90, 20, 10, 10];
 * const ranked = counts.map((documents, at) => ({ rank: at + 1, code: "", title: "", documents }));
 * assert.deepEqual(describeTail(ranked), { labels: 4, median: 15, rare: 0.5, head: 90 / 130 });
 * ```
 */
export function describeTail(ranked: readonly RankedLabel[]): LabelTail {
  const labels = ranked.length;
  const counts = ranked.map(({ documents }) => documents);
  const pairs = (some: readonly number[]) => some.reduce((sum, count) => sum + count, 0);
  return {
    labels,
    median: medianOf(counts),
    rare: counts.filter((count) => count <= RARE).length / labels,
    head: pairs(counts.slice(0, Math.ceil(labels / 10))) / pairs(counts),
  };
}
