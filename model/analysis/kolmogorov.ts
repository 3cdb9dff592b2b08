/**
 * The two-sample test of Kolmogorov and Smirnov: how far two samples' distributions are apart.
 *
 * @module
 */

/**
 * The largest distance between the distribution functions of two samples, from 0 to 1.
 *
 * @param a sorted, ascending; not empty.
 * @param b likewise.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(kolmogorovDistance([1, 2, 3, 4], [3, 4, 5, 6]), 0.5);
 * ```
 */
export function kolmogorovDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let distance = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! <= value) i++;
    while (j < b.length && b[j]! <= value) j++;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  return distance;
}

/**
 * The distance that two samples of one distribution, of these sizes, exceed with this probability at
 * most, by the limit of large samples; with ties more rarely.
 */
export function kolmogorovThreshold(sizeA: number, sizeB: number, level: number): number {
  return Math.sqrt(-Math.log(level / 2) / 2 * (sizeA + sizeB) / (sizeA * sizeB));
}
