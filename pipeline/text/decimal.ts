/**
 * Numbers as people write them.
 *
 * @module
 */

/** No hexadecimal ones, and not nothing, which JavaScript takes for 0. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The decimal number that a text is, but for outer blanks; NaN where it is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([" 3", "1e-3", "0x10", ""].map(parseDecimal), [3, 0.001, NaN, NaN]);
 * ```
 */
export function parseDecimal(text: string): number {
  return DECIMAL.test(text.trim()) ? Number(text) : NaN;
}
