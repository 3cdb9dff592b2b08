/**
 * Whole numbers as tools of all kinds write them into tables.
 *
 * @module
 */
import { unwrap } from "../codes/code_cell.ts";
import { stripControls } from "../errors.ts";

/**
 * The digits of a whole number, where they are certain: a float's without its point, an exponent's
 * where none of the digits was rounded away.
 *
 * @returns undefined for what is no whole number, or no longer the one that it was.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(["145834.0", "1,45834E+05"].map(wholeNumber), ["145834", "145834"]);
 * assert.equal(wholeNumber("1.46E+05"), undefined); // saved by a spreadsheet: digits are lost
 * ```
 */
export function wholeNumber(text: string): string | undefined {
  const written = unwrap(stripControls(text));
  if (/^[0-9]+$/.test(written)) return written;
  const [, float] = /^([0-9]+)(?:\.0*|,0{1,2})$/.exec(written) ?? [];
  if (float !== undefined) return float;
  const [, whole, decimals = "", exponent] = /^([1-9])(?:[.,]([0-9]+))?E\+?([0-9]{1,2})$/i
    .exec(written) ?? [];
  return whole !== undefined && decimals.length === Number(exponent) ? whole + decimals : undefined;
}
