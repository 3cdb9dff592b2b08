/**
 * What a token is: a maximal run of letters, digits and underscores of the lowercased text, with at
 * least one letter in it, as in the published preprocessing of MIMIC-III. In any script a combining
 * mark belongs to the letter before it, accents count as composed (Unicode's form NFC), and
 * characters that are not to be seen, such as soft hyphens, count as absent.
 *
 * @module
 */
import { RegexpTokenizer } from "natural/lib/natural/tokenizers/regexp_tokenizer.js";
import { composePlaced, composeText } from "./compose.ts";

/** A token and where it stands. */
export interface Token {
  /** The token, in lower case. */
  readonly token: string;
  /** First UTF-16 unit in the text as given. */
  readonly start: number;
  /** Behind its last UTF-16 unit. */
  readonly end: number;
}

/** A run of a document's tokens. */
export interface TokenSpan {
  /** Place of its first token. */
  readonly first: number;
  /** Behind its last one. */
  readonly end: number;
}

const tokenizer = new RegexpTokenizer({
  pattern: /[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*/gu,
  gaps: false,
});
const LETTER = /\p{L}/u;

/**
 * The tokens of a text, in order.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(tokenize("Pt. 65yo, [**Name**] 2.5mg"), ["pt", "65yo", "name", "5mg"]);
 * ```
 */
export function tokenize(text: string): string[] {
  return runs(composeText(text).toLowerCase()).filter((token) => LETTER.test(token));
}

/**
 * The tokens of a text with their places in it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(locateTokens("Na 140, K low"), [
 *   { token: "na", start: 0, end: 2 },
 *   { token: "k", start: 8, end: 9 },
 *   { token: "low", start: 10, end: 13 },
 * ]);
 * ```
 */
export function locateTokens(text: string): Token[] {
  const { composed, startOf, endOf } = composePlaced(text);
  const lower = composed.toLowerCase();
  const place = mapPlaces(composed, lower);
  const tokens: Token[] = [];
  let end = 0;
  for (const token of runs(lower)) {
    const start = lower.indexOf(token, end); // nothing but separators lies before it
    end = start + token.length;
    if (!LETTER.test(token)) continue;
    tokens.push({ token, start: startOf(place(start)), end: endOf(place(end)) });
  }
  return tokens;
}

function runs(lower: string): string[] {
  return tokenizer.tokenize(lower) ?? [];
}

/** Offsets in the lowercased text → offsets in the composed text. They differ behind İ, which lowers to two. */
function mapPlaces(text: string, lower: string): (offset: number) => number {
  if (lower.length === text.length) return (offset) => offset;
  const places: number[] = [];
  for (let at = 0; at < text.length; at++) {
    places.push(at);
    if (text[at] === "\u0130") places.push(at + 1);
  }
  places.push(text.length);
  return (offset) => places[offset]!;
}
