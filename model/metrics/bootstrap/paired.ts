/**
 * The paired bootstrap: is one system better than another on the same documents, or by their choice?
 *
 * Legend: `D` documents.
 *
 * @module
 */
import type { LabelRows } from "../../../pipeline/dataset/documents.ts";
import { createRandom } from "../../../pipeline/random.ts";
import { selectCells } from "../cells.ts";
import type { CUTOFFS } from "../names.ts";
import { rankingValues } from "../ranking.ts";
import { documentScores, type ScoreMatrix } from "../score_matrix.ts";

/** What each document adds to micro-F1 and to P@k; both are ratios of sums over documents. */
export interface DocumentCounts {
  /** [D] assigned labels that are true. */
  readonly hits: readonly number[];
  /** [D] assigned labels. */
  readonly assigned: readonly number[];
  /** [D] true labels. */
  readonly positive: readonly number[];
  /** [D] precision at k. */
  readonly precision: readonly number[];
}

/** Two-sided p-values of the difference between two systems. */
export interface PairedTest {
  /** From 0 to 1, of the difference in micro-F1. */
  readonly microF1: number;
  /** From 0 to 1, of the difference in P@k. */
  readonly precision: number;
}

/** {@linkcode DocumentCounts} of a system that assigns the labels above `threshold`. */
export function countByDocument(
  matrix: ScoreMatrix,
  truth: LabelRows,
  { threshold, k }: { readonly threshold: number; readonly k: typeof CUTOFFS[number] },
): DocumentCounts {
  const hits = new Array<number>(matrix.documents).fill(0);
  const assigned = hits.slice();
  const positive = Array.from(hits, (_, d) => truth.offsets[d + 1]! - truth.offsets[d]!);
  for (let d = 0; d < matrix.documents; d++) {
    const scores = documentScores(matrix, d);
    for (const score of scores) if (score > threshold) assigned[d]!++;
    for (let at = truth.offsets[d]!; at < truth.offsets[d + 1]!; at++) {
      if (scores[truth.indices[at]!]! > threshold) hits[d]!++;
    }
  }
  const precision = rankingValues(selectCells(matrix, truth))[`p@${k}`];
  return { hits, assigned, positive, precision: [...precision] };
}

/** The sum over several runs of one system (its seeds), document by document. */
export function addCounts(runs: readonly DocumentCounts[]): DocumentCounts {
  const sum = (key: keyof DocumentCounts) =>
    runs[0]![key].map((_, d) => runs.reduce((total, run) => total + run[key][d]!, 0));
  return {
    hits: sum("hits"),
    assigned: sum("assigned"),
    positive: sum("positive"),
    precision: sum("precision"),
  };
}

/**
 * Resamples the documents and counts how often the sign of the difference turns: p = 2 · (turns + 1) /
 * (resamples + 1), at most 1 (Koehn 2004; Efron and Tibshirani 1993).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const ones = [1, 1, 1, 1], zeros = [0, 0, 0, 0];
 * const good = { hits: ones, assigned: ones, positive: ones, precision: ones };
 * const bad = { ...good, hits: zeros, precision: zeros };
 * assert.ok(pairedBootstrap(good, bad, { size: 999, seed: 1 }).microF1 < 0.01);
 * assert.equal(pairedBootstrap(good, good, { size: 999, seed: 1 }).microF1, 1);
 * ```
 */
export function pairedBootstrap(
  a: DocumentCounts,
  b: DocumentCounts,
  { size, seed }: { readonly size: number; readonly seed: number },
): PairedTest {
  const documents = a.hits.length;
  const random = createRandom(seed, "paired bootstrap", documents);
  const observed = differences(a, b, [...a.hits.keys()]);
  let f1Turns = 0;
  let precisionTurns = 0;
  for (let i = 0; i < size; i++) {
    const drawn = Array.from({ length: documents }, () => random.below(documents));
    const { microF1, precision } = differences(a, b, drawn);
    if (microF1 * Math.sign(observed.microF1) <= 0) f1Turns++;
    if (precision * Math.sign(observed.precision) <= 0) precisionTurns++;
  }
  const p = (turns: number) => Math.min(1, (2 * (turns + 1)) / (size + 1));
  return { microF1: p(f1Turns), precision: p(precisionTurns) };
}

/** How far one system is ahead: in micro-F1, and in P@k summed over documents. */
interface Differences {
  readonly microF1: number;
  readonly precision: number;
}

function differences(
  a: DocumentCounts,
  b: DocumentCounts,
  drawn: readonly number[],
): Differences {
  const one = totals(a, drawn);
  const other = totals(b, drawn);
  return { microF1: one.microF1 - other.microF1, precision: one.precision - other.precision };
}

function totals(counts: DocumentCounts, drawn: readonly number[]): Differences {
  let hits = 0;
  let either = 0;
  let precision = 0;
  for (const d of drawn) {
    hits += counts.hits[d]!;
    either += counts.assigned[d]! + counts.positive[d]!;
    precision += counts.precision[d]!;
  }
  return { microF1: either === 0 ? 0 : (2 * hits) / either, precision };
}
