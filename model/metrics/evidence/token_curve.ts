/**
 * Precision and recall of tokens as a threshold falls: a token is taken where its strength is at least
 * the threshold, and never where it is 0.
 *
 * @module
 */
import { type MarkedCode, markedTokens, type Strengths } from "./marked.ts";

/** What a threshold takes of all tokens. */
export interface TokenCounts {
  /** Marked tokens that are taken. */
  readonly hits: number;
  /** Tokens that are taken. */
  readonly taken: number;
  /** Tokens that are marked. */
  readonly marked: number;
}

/** Counts at one threshold. */
export interface CurvePoint extends TokenCounts {
  readonly threshold: number;
}

/** All that thresholds take of some codes' tokens. */
export interface TokenCurve {
  /** At each distinct strength above 0, falling. */
  readonly points: readonly CurvePoint[];
  /** Tokens that are marked. */
  readonly marked: number;
  /** All tokens. */
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
  const taken: { strength: number; marked: number }[] = [];
  let marked = 0;
  codes.forEach((code, at) => {
    const gold = markedTokens(code);
    gold.forEach((mark) => marked += mark);
    strengths[at]!.forEach((strength, token) => {
      if (strength > 0) taken.push({ strength, marked: gold[token]! });
    });
  });
  taken.sort((a, b) => b.strength - a.strength);
  const points: CurvePoint[] = [];
  let hits = 0;
  taken.forEach(({ strength, marked: mark }, at) => {
    hits += mark;
    if (taken[at + 1]?.strength === strength) return; // equal strengths are taken together
    points.push({ threshold: strength, hits, taken: at + 1, marked });
  });
  return { points, marked, tokens: codes.reduce((sum, { tokens }) => sum + tokens, 0) };
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
