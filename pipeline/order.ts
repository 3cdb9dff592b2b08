/**
 * Orders that no locale changes.
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
