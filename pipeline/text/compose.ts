/**
 * Text in one form, whatever wrote it: accents composed (Unicode's form NFC), ligatures of print as
 * letters, line ends that were written out as such, and without characters that are not to be seen (soft
 * hyphens, zero-width blanks and joiners, variation selectors).
 *
 * @module
 */
import { readLineEnds } from "./line_ends.ts";

/** A composed text, and where its parts stand in the text as given. */
export interface ComposedText {
  readonly composed: string;
  /** Offset in the composed text → where what stands there starts in the text as given. */
  startOf(offset: number): number;
  /** Offset in the composed text → where what stands before it ends in the text as given. */
  endOf(offset: number): number;
}

/** Text that is in that form already: nothing below U+0300 is composed, and but one is unseen. */
const COMPOSED = /^[\0-\u00ac\u00ae-\u02ff]*$/;
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;
/** What PDFs have for `fi`, `ffl` and the like. */
const LIGATURE = /[\ufb00-\ufb06]/g;

/** What is composed apart from its neighbours: a character, or the parts of Hangul, and its marks. */
const PART =
  /[\u1100-\u11ff\uac00-\ud7a3][\u1100-\u11ff\uac00-\ud7a3\p{M}\p{Default_Ignorable_Code_Point}]*|[^][\p{M}\p{Default_Ignorable_Code_Point}]*/gu;

/**
 * A text composed, its line ends real, and without what is not to be seen.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(composeText("e\u0301pi\u00adlepsie"), "\u00e9pilepsie");
 * ```
 */
export function composeText(text: string): string {
  return compose(readLineEnds(text));
}

function compose(text: string): string {
  if (COMPOSED.test(text)) return text;
  return text.replace(UNSEEN, "").normalize("NFC")
    .replace(LIGATURE, (ligature) => ligature.normalize("NFKC"));
}

/**
 * {@linkcode composeText} with places.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const { composed, startOf, endOf } = composePlaced("e\u0301t\u00ade");
 * assert.equal(composed, "\u00e9te");
 * assert.deepEqual([startOf(1), endOf(1)], [2, 2]);
 * ```
 */
export function composePlaced(given: string): ComposedText {
  const text = readLineEnds(given);
  if (COMPOSED.test(text)) {
    return { composed: text, startOf: (offset) => offset, endOf: (offset) => offset };
  }
  let composed = "";
  const starts: number[] = []; // of the part that each unit belongs to
  const ends: number[] = [];
  for (const { 0: part, index } of text.matchAll(PART)) {
    const written = compose(part);
    composed += written;
    for (let unit = 0; unit < written.length; unit++) {
      starts.push(index);
      ends.push(index + part.length);
    }
  }
  return {
    composed,
    startOf: (offset) => starts[offset] ?? text.length,
    endOf: (offset) => offset === 0 ? 0 : ends[offset - 1]!,
  };
}
