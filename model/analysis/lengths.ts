/**
 * How long documents are: the paper's Fig. 3.
 *
 * @module
 */

/** Documents whose length lies in a range. */
export interface LengthBin {
  /** The shortest length in it, in tokens. */
  readonly from: number;
  /** The shortest length beyond it. */
  readonly to: number;
  readonly documents: number;
}

/**
 * Counts documents by length, in bins of equal width from 0 to the longest document.
 *
 * @param lengths tokens of each document.
 * @param width tokens that a bin spans.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(binLengths([0, 99, 200], 100), [
 *   { from: 0, to: 100, documents: 2 },
 *   { from: 100, to: 200, documents: 0 },
 *   { from: 200, to: 300, documents: 1 },
 * ]);
 * ```
 */
export function binLengths(lengths: readonly number[], width: number): LengthBin[] {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const counts = new Array<number>(Math.floor(longest / width) + 1).fill(0);
  for (const length of lengths) counts[Math.floor(length / width)]!++;
  return counts.map((documents, at) => {
    return { from: at * width, to: (at + 1) * width, documents };
  });
}

/** Share of the documents that have more than `limit` tokens, 0 … 1; NaN where there are none. */
export function shareLonger(lengths: readonly number[], limit: number): number {
  return lengths.filter((length) => length > limit).length / lengths.length;
}
