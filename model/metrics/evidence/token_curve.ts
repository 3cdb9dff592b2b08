/**
 * Precision and recall of tokens as a threshold falls: a token is taken where its strength is at least
 * the threshold, and never where it is 0.
 *
 * @module
 */
import { joinArrays } from "../../../pipeline/files/arrays.ts";
import { scoreOf } from "../cells.ts";
import { type MarkedCode, markedTokens, type Strengths } from "./marked.ts";

/** What a threshold takes of all tokens. */
export interface TokenCounts {
  /** Marked tokens that are taken. */
  readonly hits: number;
  readonly taken: number;
  /** Tokens that are marked. */
  readonly marked: number;
}

/** What one threshold takes: the strengths from it on. */
export interface CurvePoint extends TokenCounts {
  readonly threshold: number;
}

/** All that thresholds take of some codes' tokens. */
export interface TokenCurve {
  /** At each distinct strength above 0, falling. */
  readonly points: readonly CurvePoint[];
  /** Tokens that are marked. */
  readonly marked: number;
  /** Marked or not. */
  readonly tokens: number;
}

/** Precision, recall and F1, each 0 where it is 0/0. */
export interface PrecisionRecall {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * The curve of all tokens of some codes together.
 *
 * @param strengths of each code's tokens.
 */
export function tokenCurve(
  codes: readonly MarkedCode[],
  strengths: readonly Strengths[],
): TokenCurve {
  const golds = codes.map(markedTokens);
  const marked = golds.reduce((sum, gold) => gold.reduce((sum, mark) => sum + mark, sum), 0);
  const cells = sortCells(golds, strengths);
  const points: CurvePoint[] = [];
  let hits = 0;
  for (let at = cells.length - 1; at >= 0 && cells[at]! > 1; at--) {
    hits += cells[at]! & 1;
    if (at > 0 && cells[at - 1]! >>> 1 === cells[at]! >>> 1) continue; // equal ones are taken together
    points.push({ threshold: scoreOf(cells[at]! >>> 1), hits, taken: cells.length - at, marked });
  }
  return { points, marked, tokens: codes.reduce((sum, { tokens }) => sum + tokens, 0) };
}

/**
 * All strengths, rising: the bits of each as a whole number, which are ordered as numbers from 0 on are,
 * doubled, and 1 more where the token is marked.
 */
function sortCells(golds: readonly Uint8Array[], strengths: readonly Strengths[]): Uint32Array {
  const cells = new Uint32Array(joinArrays(Float32Array, strengths).buffer);
  let at = 0;
  strengths.forEach(({ length }, code) => {
    for (let token = 0; token < length; token++, at++) {
      cells[at] = cells[at]! * 2 + golds[code]![token]!;
    }
  });
  return cells.sort();
}

/** Precision, recall and F1 of counts. */
export function precisionRecall({ hits, taken, marked }: TokenCounts): PrecisionRecall {
  return {
    precision: taken > 0 ? hits / taken : 0,
    recall: marked > 0 ? hits / marked : 0,
    f1: taken + marked > 0 ? 2 * hits / (taken + marked) : 0,
  };
}

/**
 * The area under the curve as scikit-learn's `average_precision_score` has it: each step in recall times
 * the precision there. Tokens of strength 0 come last, all at once. NaN where nothing is marked.
 */
export function areaUnderCurve({ points, marked, tokens }: TokenCurve): number {
  if (marked === 0) return NaN;
  let area = 0;
  let before = 0;
  for (const { hits, taken } of points) {
    area += (hits - before) / marked * (hits / taken);
    before = hits;
  }
  return area + (marked - before) / marked * (marked / tokens);
}

/** The threshold of the largest F1, the highest of several; `Infinity`, which takes nothing, of none. */
export function bestThreshold({ points }: TokenCurve): number {
  let best = { f1: 0, threshold: Infinity };
  for (const point of points) {
    const { f1 } = precisionRecall(point);
    if (f1 > best.f1) best = { f1, threshold: point.threshold };
  }
  return best.threshold;
}
