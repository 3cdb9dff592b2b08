/**
 * 95% bootstrap intervals of micro-F1 and P@k from what each document adds to them.
 *
 * Legend: `D` documents.
 *
 * @module
 */
import type { DocumentCounts } from "./paired.ts";
import { drawResamples, interval95, resampleAt } from "./resamples.ts";

/** The middle 95% of the resamples. */
export type Interval = readonly [low: number, high: number];

/** Intervals of both metrics, from 0 to 1. */
export interface CountIntervals {
  readonly microF1: Interval;
  readonly precision: Interval;
}

/**
 * Resamples the D documents. Counts that are sums over several runs give the interval of their pooled
 * micro-F1 and mean P@k.
 *
 * @param runs how many runs the counts are sums over.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const ones = [1, 1, 1];
 * const all = { hits: ones, assigned: ones, positive: ones, precision: ones };
 * const { microF1, precision } = countIntervals(all, 1, { size: 100, seed: 1 });
 * assert.deepEqual([microF1, precision], [[1, 1], [1, 1]]);
 * ```
 */
export function countIntervals(
  counts: DocumentCounts,
  runs: number,
  options: { readonly size: number; readonly seed: number },
): CountIntervals {
  const documents = counts.hits.length;
  const own = ratios(counts, runs, new Uint16Array(documents).fill(1));
  const { size } = options;
  const resamples = drawResamples(documents, options);
  const microF1 = new Float64Array(size);
  const precision = new Float64Array(size);
  for (let at = 0; at < size; at++) {
    const values = ratios(counts, runs, resampleAt(resamples, at));
    microF1[at] = values.microF1;
    precision[at] = values.precision;
  }
  return {
    microF1: interval95(microF1, own.microF1),
    precision: interval95(precision, own.precision),
  };
}

/** Both metrics, each document taken as often as `weights` says. */
function ratios(
  { hits, assigned, positive, precision }: DocumentCounts,
  runs: number,
  weights: Uint16Array,
): { readonly microF1: number; readonly precision: number } {
  let hit = 0;
  let either = 0;
  let precise = 0;
  for (let d = 0; d < weights.length; d++) {
    const weight = weights[d]!;
    hit += weight * hits[d]!;
    either += weight * (assigned[d]! + positive[d]!);
    precise += weight * precision[d]!;
  }
  return {
    microF1: either === 0 ? 0 : (2 * hit) / either,
    precision: precise / weights.length / runs,
  };
}
