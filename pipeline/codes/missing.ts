/**
 * Words that stand where there is nothing: what pandas, R, databases and spreadsheets write for it.
 *
 * @module
 */

/** The words, in lower case. */
export const MISSING_WORDS: ReadonlySet<string> = new Set([
  "",
  "nan",
  "-nan",
  "nat",
  "none",
  "null",
  "nil",
  "undefined",
  "na",
  "n/a",
  "n.a.",
  "<na>",
  "(null)",
  "<null>",
  "[null]",
  "(none)",
  "(blank)",
  "missing",
  "unknown",
  "not available",
  "\\n",
  "-",
  "--",
  ".",
  "?",
  "1.#ind",
  "-1.#ind",
  "1.#qnan",
  "-1.#qnan",
  "#n/a",
  "#n/a n/a",
  "#na",
  "#null!",
  "#value!",
  "#ref!",
  "#div/0!",
  "#name?",
  "#num!",
]);

/** Characters of the longest of them. */
const LONGEST = Math.max(...[...MISSING_WORDS].map(({ length }) => length));

/** What every id, code and word has one of. */
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/**
 * Whether a cell says that there is nothing: by a word, or by signs alone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.ok(["", "nan", "None", "NULL", "\\N", "<NA>", "-", "***"].every(isMissing));
 * assert.ok(!["0", "Nanette", "E879.8"].some(isMissing));
 * ```
 */
export function isMissing(cell: string): boolean {
  return isMissingWord(cell) || !LETTER_OR_DIGIT.test(cell);
}

/** Whether a text, which may be of signs alone, is nothing or a word for it. */
export function isMissingWord(text: string): boolean {
  const word = text.trim();
  return word.length <= LONGEST && MISSING_WORDS.has(word.toLowerCase());
}
