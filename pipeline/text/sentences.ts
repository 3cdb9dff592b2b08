/**
 * Where the sentences of a clinical note begin. Notes are wrapped at some 80 characters, full of lists,
 * headings, abbreviations and lines without a final stop, so that neither every line nor every point is
 * an end.
 *
 * A word begins a sentence where it is the text's first, or one of these lies before it:
 * - a blank line;
 * - a line break, and then a list's mark (`-`, `*`, `#`, `1.`, `2)`) or a heading of a few words with a
 *   colon; or a capital, where the line before is too short to have been wrapped;
 * - a colon that ends its line, or that ends a heading in capitals;
 * - a stop and white space, unless a small letter follows, or the stop belongs to an abbreviation, an
 *   initial, a dose (`q.d.`) or the number of a list.
 *
 * Rules of language libraries, such as `Intl.Segmenter`'s, end sentences at every wrapped line and after
 * "Dr.", and read some 20 MB a second, a tenth of what tokenising does.
 *
 * @module
 */
import { composeText } from "./compose.ts";
import { locateTokens, type Token } from "./tokens.ts";

/** Words whose point belongs to them, as what follows mostly is a name or a number. */
const ABBREVIATIONS: ReadonlySet<string> = new Set([
  "dr",
  "drs",
  "mr",
  "mrs",
  "ms",
  "prof",
  "st",
  "pt",
  "pts",
  "vs",
  "approx",
  "dept",
  "tel",
  "ext",
  "fig",
  "resp",
  "wt",
  "ht",
  "incl",
  "cf",
  "sgt",
  "rev",
  "hon",
  "ave",
  "blvd",
]);
/** Shorter lines were not wrapped. */
const WRAPPED_FROM = 50;
/** Longest heading, its spaces too. */
const HEADING_LENGTH = 60;
const HEADING_SPACES = 4;
/** Shortest word in capitals that a colon makes the end of a heading: not "BP:". */
const HEADING_WORD = 4;

const [TAB, NEWLINE, RETURN, SPACE, NO_BREAK_SPACE] = codesOf("\t\n\r \u00a0");
const [COLON, POINT, ZERO, NINE] = codesOf(":.09");
const STOPS = setOf(".!?");
const CLOSERS = setOf(`"')].!?`);
const OPENERS = setOf(`"'([`);
const BULLETS = setOf("-*#+\u2022");
const IN_HEADING = setOf(" /&-()'");

/** A text's characters: UTF-16 units or, of ASCII text, bytes. */
type Characters = Uint8Array | Uint16Array;

/**
 * Places of the words that begin a sentence, rising; the first word always does.
 *
 * @param words first character of each word and the one behind its last: [2N].
 */
export function sentenceStarts(text: Characters, words: Int32Array): Int32Array {
  const starts: number[] = words.length > 0 ? [0] : [];
  for (let word = 1; 2 * word < words.length; word++) {
    const from = words[2 * word - 1]!;
    const to = words[2 * word]!;
    if (to === from + 1 && text[from] === SPACE) continue;
    if (separates(text, words[2 * word - 2]!, from, to)) starts.push(word);
  }
  return Int32Array.from(starts);
}

/**
 * {@linkcode sentenceStarts} of a text and its tokens. As words are, sentences are found in the composed
 * text: what writes an accent or a soft hyphen in another way changes none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { locateTokens } from "./tokens.ts";
 *
 * const text = "Seen by Dr. Who. Given 1.5 mg q.d. for pain.\n\nPLAN: rest";
 * const tokens = locateTokens(text);
 * const starts = [...locateSentences(text, tokens)].map((at) => tokens[at]!.token);
 * assert.deepEqual(starts, ["seen", "given", "plan", "rest"]);
 * ```
 */
export function locateSentences(text: string, tokens: readonly Token[]): Int32Array {
  const composed = composeText(text);
  const words = composed === text ? tokens : locateTokens(composed);
  return sentenceStarts(
    Uint16Array.from({ length: composed.length }, (_, at) => composed.charCodeAt(at)),
    Int32Array.from(words.flatMap(({ start, end }) => [start, end])),
  );
}

/** Whether a sentence ends between the word from `word` to `from` and the one at `to`. */
function separates(text: Characters, word: number, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const character = text[at]!;
    if (character === NEWLINE) {
      if (beginsAnew(text, at)) return true;
    } else if (character === COLON) {
      if (endsLine(text, at + 1) || (at === from && isShouted(text, word, from))) return true;
    } else if (STOPS.has(character) && stops(text, at, word, from, to)) return true;
  }
  return false;
}

/** Whether the line behind the break at `at` is blank or does not go on with the one before. */
function beginsAnew(text: Characters, at: number): boolean {
  const first = skipBlanks(text, at + 1);
  const character = text[first]!;
  if (character === NEWLINE || BULLETS.has(character) && isMark(text, first)) return true;
  if (isDigit(character)) return isNumber(text, first);
  return isCapital(character) && (isShort(text, at) || isHeading(text, first));
}

/** A bullet has a space or a letter behind it: neither "-5" nor "**". */
function isMark(text: Characters, at: number): boolean {
  const next = text[at + 1]!;
  return next === SPACE || isCapital(next) || isSmall(next);
}

/** "1. " or "12) ": the number of a list's line. */
function isNumber(text: Characters, at: number): boolean {
  const end = isDigit(text[at + 1]) ? at + 2 : at + 1;
  const mark = text[end];
  return (mark === POINT || mark === 0x29) && isBlank(text[end + 1]);
}

/** Whether the line that ends at `end` is too short to have been wrapped, and says something. */
function isShort(text: Characters, end: number): boolean {
  let start = end;
  while (start > 0 && text[start - 1] !== NEWLINE && end - start < WRAPPED_FROM) start--;
  return end - start < WRAPPED_FROM;
}

/** "Past Medical History:": a few words, then a colon. */
function isHeading(text: Characters, start: number): boolean {
  let spaces = 0;
  for (let at = start + 1; at < start + HEADING_LENGTH; at++) {
    const character = text[at]!;
    if (character === COLON) return true;
    if (character === SPACE && ++spaces > HEADING_SPACES) return false;
    if (!(isCapital(character) || isSmall(character) || IN_HEADING.has(character))) return false;
  }
  return false;
}

function isShouted(text: Characters, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isCapital(text[at]!)) return false;
  return end - start >= HEADING_WORD;
}

/** Whether the stop at `at` ends a sentence before the word at `to`. */
function stops(text: Characters, at: number, word: number, from: number, to: number): boolean {
  let next = at + 1;
  while (next < to && CLOSERS.has(text[next]!)) next++;
  if (!isBlank(text[next])) return false;
  while (next < to && (isBlank(text[next]) || OPENERS.has(text[next]!))) next++;
  const first = text[next]!;
  if (isSmall(first)) return false;
  if (text[at] !== POINT) return true;
  if (at > from) return !(isDigit(text[at - 1]) && startsLine(text, at));
  return !isAbbreviation(text, word, from, first);
}

/** Whether only digits lie between the line's start and `end`. */
function startsLine(text: Characters, end: number): boolean {
  let start = end;
  while (isDigit(text[start - 1])) start--;
  while (text[start - 1] === SPACE || text[start - 1] === TAB) start--;
  return start === 0 || text[start - 1] === NEWLINE;
}

/** A single letter, one of the list, or "no." before a number. */
function isAbbreviation(text: Characters, start: number, end: number, next: number): boolean {
  if (end - start === 1) return true;
  if (end - start > 6) return false;
  const word = String.fromCharCode(...text.subarray(start, end)).toLowerCase();
  return ABBREVIATIONS.has(word) || (word === "no" && isDigit(next));
}

function endsLine(text: Characters, at: number): boolean {
  return text[skipBlanks(text, at)] === NEWLINE;
}

/** The first character from `at` on that is no blank within a line. */
function skipBlanks(text: Characters, at: number): number {
  while (text[at] !== NEWLINE && isBlank(text[at])) at++;
  return at;
}

function isBlank(character: number | undefined): boolean {
  return character === SPACE || character === NEWLINE || character === TAB ||
    character === RETURN ||
    character === NO_BREAK_SPACE;
}

function isDigit(character: number | undefined): boolean {
  return character !== undefined && character >= ZERO! && character <= NINE!;
}

function isCapital(character: number): boolean {
  if (character < 0x80) return character >= 0x41 && character <= 0x5a;
  return /\p{Lu}/u.test(String.fromCharCode(character));
}

function isSmall(character: number): boolean {
  if (character < 0x80) return character >= 0x61 && character <= 0x7a;
  return /\p{Ll}/u.test(String.fromCharCode(character));
}

function codesOf(characters: string): number[] {
  return Array.from(characters, (character) => character.charCodeAt(0));
}

function setOf(characters: string): ReadonlySet<number> {
  return new Set(codesOf(characters));
}
