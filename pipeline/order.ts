/**
 * Orders that no locale changes, and places in what is ordered.
 *
 * @module
 */

/** Order of strings by UTF-16 code unit, for `sort`. */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Numbers in ascending order, each once.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(distinctAscending([10, 9, 10]), Int32Array.of(9, 10));
 * ```
 */
export function distinctAscending(numbers: Iterable<number>): Int32Array {
  return Int32Array.from(new Set(numbers)).sort();
}

/**
 * The first of the places from 0 to `count` − 1 that meets a condition which all later ones meet, too;
 * `count` where none does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const rising = [2, 3, 5];
 * assert.equal(firstPlace(rising.length, (at) => rising[at]! >= 3), 1);
 * assert.equal(firstPlace(rising.length, (at) => rising[at]! > 5), 3);
 * ```
 */
export function firstPlace(count: number, meets: (place: number) => boolean): number {
  let from = 0;
  let to = count;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (meets(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
