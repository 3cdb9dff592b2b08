/**
 * A tokenised corpus as it lies in files: each file has terms of its own, by whose places its tokens
 * are stored. The first token of a sentence is stored as the complement of its term's place, `~place`.
 *
 * @module
 */
import { UNKNOWN } from "../schema.ts";

/** A file of tokens. */
export interface TokenFile {
  /** A term's place is what its tokens are stored as. */
  readonly terms: readonly string[];
  /**
   * `length` tokens behind the first `start` ones, as they are stored. Throws a
   * {@linkcode ReportedError} where they are not there.
   */
  read(start: number, length: number): Int32Array;
}

/** Where a text's tokens lie. */
export interface TokenPlace {
  readonly file: TokenFile;
  /** Tokens before it in the file. */
  readonly start: number;
  readonly length: number;
}

/** A text's tokens, sentence by sentence. */
export interface SentenceText {
  /** Token ids. */
  readonly tokens: Int32Array;
  /** Places in `tokens` at which sentences begin, rising; the first is 0 where there is a token. */
  readonly starts: Int32Array;
}

/** The tokens of a corpus as ids of one vocabulary. */
export interface EncodedTexts {
  /** Token ids of a text; terms that the vocabulary lacks are `UNKNOWN`. */
  tokens(id: number): Int32Array;
  /** The same, and the places of the tokens that begin a sentence, rising. */
  sentences(id: number): SentenceText;
}

/** The texts of a corpus, each under the number that it was added with. */
export class StoredTexts {
  /** Every term of the corpus, once, in no particular order. */
  readonly terms: readonly string[];
  readonly #files: readonly TokenFile[];
  readonly #places: ReadonlyMap<number, TokenPlace>;

  /** Texts by number, which lie in `files`. */
  constructor(files: readonly TokenFile[], places: ReadonlyMap<number, TokenPlace>) {
    this.terms = [...new Set(files.flatMap(({ terms }) => terms))];
    this.#files = files;
    this.#places = places;
  }

  /** The corpus in a vocabulary where a term's place is its id. */
  encode(vocabulary: readonly string[]): EncodedTexts {
    const index = new Map(vocabulary.map((term, id) => [term, id]));
    const idsOf = new Map(
      this.#files.map((file) => [
        file,
        Int32Array.from(file.terms, (term) => index.get(term) ?? UNKNOWN),
      ]),
    );
    const read = (id: number, starts?: number[]) => {
      const { file, start, length } = this.#place(id);
      const ids = idsOf.get(file)!;
      const tokens = file.read(start, length);
      for (let at = 0; at < length; at++) {
        const stored = tokens[at]!;
        if (stored < 0) starts?.push(at);
        tokens[at] = ids[stored < 0 ? ~stored : stored]!;
      }
      return tokens;
    };
    return {
      tokens: (id) => read(id),
      sentences: (id) => {
        const starts: number[] = [];
        return { tokens: read(id, starts), starts: Int32Array.from(starts) };
      },
    };
  }

  /** Tokens of a text, in the vocabulary or not. */
  length(id: number): number {
    return this.#place(id).length;
  }

  #place(id: number): TokenPlace {
    const place = this.#places.get(id);
    if (!place) throw new RangeError(`document ${id} is not among those that were tokenised`);
    return place;
  }
}
