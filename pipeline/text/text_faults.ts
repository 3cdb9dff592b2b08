/**
 * What a text bears of tools that it went through, such as the tags of a page. Its words are then not
 * those that were written. Nothing is put right here: it is counted, and said.
 *
 * @module
 */
import { readLineEnds } from "./line_ends.ts";

/** Notes of which something was read otherwise than it is written, and rightly so. */
const WRITTEN_LINE_ENDS = "with line ends written out, such as \\n, read as such";

/** Something that texts should not bear. */
interface TextFault {
  /** What notes are that bear it, as manifests count them. */
  readonly notes: string;
  /** What to do, for warnings. */
  readonly remedy: string;
  readonly isIn: (text: string) => boolean;
}

/** Continuations of UTF-8 as Latin-1 and as Windows-1252 show them. */
const CONTINUATION = "[\\u0080-\\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]";
const MISREAD = new RegExp(`[ÂÃÄÅÐÑ]${CONTINUATION}|[à-ï]${CONTINUATION}{2}`);
const TAG =
  /<(?:\/(?:p|div|span|b|i|u|td|tr|table|html|body|font|li|ul|ol|h[1-6]|text|section|paragraph)>|br\s*\/?>)/i;
const PAGE = /^\s*<(?:\?xml|!doctype|html)/i;
const REFERENCE =
  /&(?:nbsp|amp|lt|gt|quot|apos|#\d{2,5}|#x[\da-f]{1,4}|[a-z](?:acute|grave|uml|circ|tilde|cedil|ring|slash)|[a-z]{2}lig);/i;
const ESCAPE = /\\(?:u[\da-f]{4}|x[\da-f]{2})/i;
/** What version 2 of HL7 writes for line ends and its own separators. */
const HL7 = /\\(?:\.br|X0[AD]|[FSTRE])\\/;
const QUOTED_PRINTABLE = /=C3=[89AB][\dA-F]/;
const ELLIPSIS = /(?:\.\.\.|…|\[truncated\])\s*$/i;
const BYTES = /^b(?:'[^]*'|"[^]*")$/;
/** Characters at which spreadsheets, databases and their clients cut texts. */
const LIMITS = new Set([255, 256, 1024, 2000, 4000, 4096, 8000, 8192, 32_000, 32_767, 65_535]);

/** Characters by which it is told whether a text has words, and of the shortest that is told. */
const LOOKED = 1000;
const SHORTEST = 16;
/** More characters than that to a word are no words of a language that puts blanks between them. */
const LONG_WORD = 40;

const FAULTS: readonly TextFault[] = [
  {
    notes: "with misread letters, such as Ã© for é",
    remedy: "UTF-8 was read as Latin-1 once: write them again as UTF-8",
    isIn: (text) => MISREAD.test(text),
  },
  {
    notes: "with U+FFFD for letters that were lost",
    remedy: "export them again, as UTF-8",
    isIn: (text) => text.includes("\ufffd"),
  },
  {
    notes: "in RTF",
    remedy: "its commands become words: save them as text",
    isIn: (text) => /^\s*\{\\rtf/.test(text),
  },
  {
    notes: "with tags, as HTML and XML have them",
    remedy: "these become words: take their text alone",
    isIn: (text) => PAGE.test(text) || TAG.test(text),
  },
  {
    notes: "with references such as &nbsp;",
    remedy: "these become words: decode them",
    isIn: (text) => text.includes("&") && REFERENCE.test(text),
  },
  {
    notes: "with characters written out, such as \\u00e9",
    remedy: "these become words: decode them",
    isIn: (text) =>
      text.includes("\\") && (ESCAPE.test(text) || HL7.test(text)) ||
      text.includes("<U+") || text.includes("=C3=") && QUOTED_PRINTABLE.test(text) ||
      BYTES.test(text),
  },
  {
    notes: "of one long word, such as Base64 or the name of a file",
    remedy: "check that their column holds text",
    isIn: (text) => hasNoWords(readLineEnds(text)),
  },
  {
    notes: "that end in an ellipsis",
    remedy: "tools that shorten texts put it there: export them whole",
    isIn: (text) => ELLIPSIS.test(text.slice(-20)),
  },
  {
    notes: "as long as cells of spreadsheets or databases may be, such as 32767 characters",
    remedy: "tools cut texts there: export them whole",
    isIn: ({ length }) => LIMITS.has(length),
  },
];

/** What notes are of which texts were found to be → what to do. */
export const TEXT_FAULTS: ReadonlyMap<string, string> = new Map(
  FAULTS.map(({ notes, remedy }) => [notes, remedy]),
);

/**
 * What a note is to be counted among.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(findTextFaults("<p>fever</p>"), ["with tags, as HTML and XML have them"]);
 * ```
 */
export function findTextFaults(text: string): string[] {
  const found = FAULTS.filter(({ isIn }) => isIn(text)).map(({ notes }) => notes);
  return readLineEnds(text) === text ? found : [WRITTEN_LINE_ENDS, ...found];
}

/** Whether a text is hardly parted by blanks, though its script would have them. */
function hasNoWords(text: string): boolean {
  const start = text.slice(0, LOOKED).trim();
  return start.length >= SHORTEST && /^[\s!-~]+$/.test(start) &&
    start.split(/\s+/).length <= Math.max(1, start.length / LONG_WORD);
}
