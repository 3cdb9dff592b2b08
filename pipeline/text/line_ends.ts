/**
 * Line ends that a tool wrote out as letters: `\n`, as PostgreSQL's COPY, MySQL's client and Python's
 * `repr` do, and `_x000D_`, as Excel's files have it. Read as letters they would begin or end the words
 * beside them.
 *
 * @module
 */

/** A backslash is written as two; the `n` behind these is a letter. */
const ESCAPED = /\\(?:r\\n|[nrt\\])/g;
const RETURN = "_x000D_";

/**
 * A text whose line ends and tabs are none but real ones. It stays as long as it is, so that places in
 * it are those of the text as given.
 *
 * Backslashes are taken for such only in a text that has no real line end, and is no RTF.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(readLineEnds(String.raw`fever\ncough`), "fever \ncough");
 * assert.equal(readLineEnds("fever_x000D_\ncough"), "fever       \ncough");
 * ```
 */
export function readLineEnds(text: string): string {
  const plain = text.includes(RETURN) ? text.replaceAll(RETURN, " ".repeat(RETURN.length)) : text;
  if (!plain.includes("\\") || /[\n\r]|^\s*\{\\rtf/.test(plain)) return plain;
  return plain.replace(ESCAPED, (written) => {
    if (written === "\\\\") return written;
    return (written === "\\t" ? " " : "\n").padStart(written.length);
  });
}
