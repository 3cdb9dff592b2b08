/**
 * Splits a batch that is too large for one pass.
 *
 * @module
 */

/**
 * Groups a batch's documents so that no group has more than `microTokens` padded tokens, similar
 * lengths together; a document longer than that is a group of its own. A batch that fits stays whole,
 * in its order.
 *
 * @param rows the batch's documents.
 * @param lengths tokens of every document of the split.
 * @param maxTokens tokens of a document that count.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const lengths = Int32Array.of(10, 80, 20, 100);
 * const groups = splitBatch(Int32Array.of(0, 1, 2, 3), lengths, 4000, 200);
 * assert.deepEqual(groups, [Int32Array.of(0, 2), Int32Array.of(1, 3)]);
 * ```
 */
export function splitBatch(
  rows: Int32Array,
  lengths: Int32Array,
  maxTokens: number,
  microTokens: number,
): readonly Int32Array[] {
  const lengthOf = (row: number) => Math.min(lengths[row]!, maxTokens);
  const longest = rows.reduce((most, row) => Math.max(most, lengthOf(row)), 0);
  if (rows.length * longest <= microTokens) return [rows];
  const sorted = rows.toSorted((a, b) => lengthOf(a) - lengthOf(b) || a - b);
  const groups: Int32Array[] = [];
  let start = 0;
  for (let end = 1; end <= sorted.length; end++) {
    const next = sorted[end];
    if (next === undefined || (end - start + 1) * lengthOf(next) > microTokens) {
      groups.push(sorted.slice(start, end));
      start = end;
    }
  }
  return groups;
}
