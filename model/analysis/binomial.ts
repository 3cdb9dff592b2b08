/**
 * The binomial distribution, as far as a one-sided test needs it.
 *
 * @module
 */

/** n draws, each of which succeeds with probability p. */
export interface Binomial {
  /** n, a whole number from 0. */
  readonly draws: number;
  /** p, from 0 to 1. */
  readonly probability: number;
}

/** Probabilities that differ by less than this share of them are taken as equal. */
const ROUNDING = 1e-9;

/**
 * P(k > successes), of a number of successes from −1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.ok(Math.abs(binomialTail({ draws: 3, probability: 0.5 }, 1) - 0.5) < 1e-12);
 * ```
 */
export function binomialTail(binomial: Binomial, successes: number): number {
  const masses = binomialMasses(binomial);
  let tail = 0; // the smallest terms first
  for (let k = binomial.draws; k > successes; k--) tail += masses[k]!;
  return Math.min(tail, 1);
}

/**
 * T: the smallest number with P(k > T) < `level`. A probability that equals the level but for rounding
 * is not below it.
 */
export function binomialThreshold(binomial: Binomial, level: number): number {
  const masses = binomialMasses(binomial);
  let tail = 0;
  for (let threshold = binomial.draws; threshold > 0; threshold--) {
    tail += masses[threshold]!;
    if (tail >= level * (1 - ROUNDING)) return threshold;
  }
  return 0;
}

/** P(k) for k from 0 to n. */
function binomialMasses({ draws, probability }: Binomial): Float64Array {
  const masses = new Float64Array(draws + 1);
  if (probability === 0 || probability === 1) {
    masses[probability * draws] = 1;
    return masses;
  }
  const odds = Math.log(probability) - Math.log1p(-probability);
  let log = draws * Math.log1p(-probability);
  for (let k = 0; k <= draws; k++) {
    masses[k] = Math.exp(log);
    log += Math.log((draws - k) / (k + 1)) + odds;
  }
  return masses;
}
