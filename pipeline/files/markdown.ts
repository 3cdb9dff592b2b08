/**
 * Text as Markdown shows it.
 *
 * @module
 */

/**
 * A text without the meaning that Markdown gives to some of its characters, which titles of codes have.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(escapeMarkdown("a | b_c"), "a \\| b\\_c");
 * ```
 */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\|<>*_`[\]]/g, "\\$&");
}
