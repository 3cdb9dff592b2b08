/**
 * Fields of CSV as RFC 4180 has it.
 *
 * @module
 */

/** A field in quotes, the quotes inside it doubled. */
export function quoteField(text: string): string {
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}

/**
 * A field as it must be written: in quotes where it holds a comma, a quote or a line's end.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(["428.0", 'so "called"', "a, b"].map(formatField).join(), '428.0,"so ""called""","a, b"');
 * ```
 */
export function formatField(text: string): string {
  return /[",\r\n]/.test(text) ? quoteField(text) : text;
}
