/**
 * The vocabulary: which tokens a model knows, and a text as their ids.
 *
 * Legend: `N` tokens of a text.
 *
 * @module
 */
import { UNKNOWN } from "../schema.ts";
import { locateSentences } from "./sentences.ts";
import type { StoredTexts } from "./stored_texts.ts";
import { locateTokens, type Token } from "./tokens.ts";

/** A text in a vocabulary. */
export interface EncodedText {
  /** Token ids: [N]. */
  readonly ids: Int32Array;
  /** The tokens and where they stand in the text: [N]. */
  readonly tokens: readonly Token[];
  /** Places of the tokens that begin a sentence, rising. */
  readonly sentences: Int32Array;
}

/**
 * The vocabulary of a corpus: padding, unknown, then every term in at least `minDocuments` training
 * documents, sorted by code unit. A token's place is its id.
 *
 * @param frequency training documents that hold each term.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const frequency = new Map([["pain", 5], ["fever", 3], ["zebra", 2]]);
 * assert.deepEqual(buildVocabulary(frequency, 3), ["<pad>", "<unk>", "fever", "pain"]);
 * ```
 */
export function buildVocabulary(
  frequency: ReadonlyMap<string, number>,
  minDocuments: number,
): string[] {
  const terms: string[] = [];
  for (const [term, documents] of frequency) if (documents >= minDocuments) terms.push(term);
  return ["<pad>", "<unk>", ...terms.sort()];
}

/**
 * {@linkcode buildVocabulary} of a tokenised corpus. A document counts once for a term, of however many
 * notes it is joined.
 *
 * @param documents numbers of the texts that each training document is joined from.
 */
export function countVocabulary(
  texts: StoredTexts,
  documents: Iterable<readonly number[]>,
  minDocuments: number,
): string[] {
  const { terms } = texts;
  const encoded = texts.encode(terms); // every term is in it, so ids are places in the list
  const counts = new Int32Array(terms.length);
  const lastSeen = new Int32Array(terms.length);
  let document = 0;
  for (const notes of documents) {
    document++;
    for (const note of notes) {
      for (const term of encoded.tokens(note)) {
        if (lastSeen[term] === document) continue;
        lastSeen[term] = document;
        counts[term]!++;
      }
    }
  }
  return buildVocabulary(new Map(terms.map((term, i) => [term, counts[i]!])), minDocuments);
}

/** The terms that a vocabulary lacks, sorted by code unit. */
export function rareWords(terms: readonly string[], vocabulary: readonly string[]): string[] {
  const known = new Set(vocabulary);
  return terms.filter((term) => !known.has(term)).sort();
}

/** The ids of a vocabulary's tokens. */
export function indexVocabulary(vocabulary: readonly string[]): ReadonlyMap<string, number> {
  return new Map(vocabulary.map((token, id) => [token, id]));
}

/**
 * A text as token ids, with the place of each token.
 *
 * @param index from {@linkcode indexVocabulary}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const { ids, tokens } = encodeText("No FEVER.", indexVocabulary(["<pad>", "<unk>", "fever"]));
 * assert.deepEqual([...ids], [1, 2]);
 * assert.deepEqual(tokens[1], { token: "fever", start: 3, end: 8 });
 * ```
 */
export function encodeText(
  text: string,
  index: Pick<ReadonlyMap<string, number>, "get">,
): EncodedText {
  const tokens = locateTokens(text);
  return {
    ids: Int32Array.from(tokens, ({ token }) => index.get(token) ?? UNKNOWN),
    tokens,
    sentences: locateSentences(text, tokens),
  };
}
