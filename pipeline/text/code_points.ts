/**
 * Offsets in a text as Unicode code points, which Python and most annotation files count, and as UTF-16
 * units, which JavaScript counts. They differ behind characters beyond U+FFFF alone, such as emoji.
 *
 * @module
 */

import { firstPlace } from "../order.ts";

/** Offsets of one text, from one unit to the other; the text's end is an offset too. */
export interface CodePoints {
  /** Code points of the whole text. */
  readonly count: number;
  /** UTF-16 units before an offset in code points. */
  toUnits(codePoints: number): number;
  /** Code points before an offset in UTF-16 units. */
  fromUnits(units: number): number;
}

const BEYOND = /[\u{10000}-\u{10ffff}]/gu;

/**
 * The offsets of a text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const { count, toUnits, fromUnits } = countCodePoints("\u{1f600} pain");
 * assert.deepEqual([count, toUnits(2), fromUnits(3)], [6, 3, 2]);
 * ```
 */
export function countCodePoints(text: string): CodePoints {
  const pairs = Array.from(text.matchAll(BEYOND), ({ index }) => index); // in UTF-16 units, rising
  const count = text.length - pairs.length;
  return {
    count,
    toUnits: (codePoints) =>
      codePoints + firstPlace(pairs.length, (at) => pairs[at]! - at >= codePoints),
    fromUnits: (units) => units - firstPlace(pairs.length, (at) => pairs[at]! >= units),
  };
}
