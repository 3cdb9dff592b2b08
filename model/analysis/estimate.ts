/**
 * One number in place of several.
 *
 * @module
 */

/** Mean and deviation over seeds. */
export interface SeedEstimate {
  /** NaN where a run's value is undefined. */
  readonly mean: number;
  /** Sample standard deviation; null of one value. */
  readonly deviation: number | null;
}

/**
 * The estimate from one value a seed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(estimateOver([1, 3]), { mean: 2, deviation: Math.SQRT2 });
 * assert.deepEqual(estimateOver([1]), { mean: 1, deviation: null });
 * ```
 */
export function estimateOver(values: readonly number[]): SeedEstimate {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null;
  return { mean, deviation };
}

/** The mean; NaN of no values. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The median, of an even number the mean of the two in the middle; NaN of no values. */
export function medianOf(values: readonly number[]): number {
  const ordered = values.toSorted((a, b) => a - b);
  const middle = (ordered.length - 1) / 2;
  return meanOf([Math.floor(middle), Math.ceil(middle)].map((at) => ordered[at] ?? NaN));
}
