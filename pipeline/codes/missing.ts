/**
 * Words that stand where there is nothing: what pandas, R, databases and spreadsheets write for it.
 *
 * @module
 */

/** The words, in lower case. */
export const MISSING_WORDS: ReadonlySet<string> = new Set([
  ...["", "nan", "-nan", "nat", "none", "null", "(null)", "undefined", "na", "n/a", "<na>"],
  ...["#n/a", "#na", "#null!", "\\n", "-", "--", ".", "?"],
]);

/**
 * Whether a cell says that there is nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.ok(["", "nan", "None", "NULL", "\\N", "<NA>", "-"].every(isMissing));
 * assert.ok(!["0", "Nanette", "E879.8"].some(isMissing));
 * ```
 */
export function isMissing(cell: string): boolean {
  return cell.length < 12 && MISSING_WORDS.has(cell.trim().toLowerCase());
}
