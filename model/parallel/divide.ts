/**
 * How work is divided among ranks.
 *
 * @module
 */

/**
 * The places of each rank's items: the largest come first, each to the rank with the least so far, so
 * that sums are alike. Every rank's places rise. With as many items as ranks, or more, none is left out;
 * with fewer, the first ranks have one each.
 *
 * @param sizes of the items, each above 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(divide([5, 900, 480, 430], 2), [[0, 1], [2, 3]]);
 * ```
 */
export function divide(sizes: ArrayLike<number>, ranks: number): readonly (readonly number[])[] {
  const parts = Array.from({ length: ranks }, (): number[] => []);
  const sums = new Float64Array(ranks);
  const places = Array.from({ length: sizes.length }, (_, place) => place);
  for (const place of places.sort((a, b) => sizes[b]! - sizes[a]! || a - b)) {
    const rank = sums.indexOf(Math.min(...sums));
    parts[rank]!.push(place);
    sums[rank]! += sizes[place]!;
  }
  return parts.map((part) => part.sort((a, b) => a - b));
}
