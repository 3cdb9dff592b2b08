/**
 * Tokenises a corpus in parallel, once, for every dataset that is made from it. The tokens of all
 * texts lie in temporary files, memory holds the terms; what comes out does not depend on the number
 * of threads.
 *
 * @module
 */
import { join } from "node:path";
import { UNKNOWN } from "../schema.ts";
import { TextChunkBuilder, type TextDocument, TokenThread } from "./token_thread.ts";

/** How a corpus is tokenised. */
export interface TokenStoreOptions {
  /** Existing folder for temporary files. */
  readonly directory: string;
  /** Threads that tokenise, at least 1. */
  readonly threads: number;
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
  /** Token ids of a document; terms that the vocabulary lacks are `UNKNOWN`. */
  tokens(id: number): Int32Array;
  /** The same, and the places of the tokens that begin a sentence, rising. */
  sentences(id: number): SentenceText;
}

/** Chunks under way in each thread, so that it never waits for the next. */
const CHUNKS_AHEAD = 2;

/** Where a document's tokens lie. */
interface Place {
  readonly thread: number;
  readonly start: number; // tokens before it in the thread's file
  readonly length: number;
}

/**
 * A corpus being tokenised, then its tokens. Dispose of it to end the threads and delete the files.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const directory = await Deno.makeTempDir();
 * {
 *   using store = new TokenStore({ directory, threads: 2 });
 *   await store.add([{ id: 7, text: "Fever, no fever." }]);
 *   assert.deepEqual(await store.finish(), new Set(["fever", "no"]));
 *   assert.deepEqual([...store.encode(["<pad>", "<unk>", "fever"]).tokens(7)], [2, 1, 2]);
 * }
 * await Deno.remove(directory);
 * ```
 */
export class TokenStore implements Disposable {
  readonly #threads: readonly TokenThread[];
  readonly #stored: number[]; // tokens in each thread's file
  #terms: readonly (readonly string[])[] = []; // of each thread, by its ids
  readonly #places = new Map<number, Place>();
  readonly #work: Promise<void>[] = [];
  readonly #spare: ArrayBuffer[] = [];
  #chunk = new TextChunkBuilder();

  /** Starts the threads, which wait for documents. Throws {@linkcode ResourceError}. */
  constructor({ directory, threads }: TokenStoreOptions) {
    using started = new DisposableStack();
    this.#threads = Array.from(
      { length: Math.max(1, threads) },
      (_, at) => started.use(new TokenThread(join(directory, `tokens-${at}.i32`))),
    );
    started.move();
    this.#stored = this.#threads.map(() => 0);
  }

  /**
   * Takes documents. Settles when there is room for more, not when they are tokenised.
   *
   * @throws {ResourceError} where tokens could not be stored.
   */
  async add(documents: Iterable<TextDocument>): Promise<void> {
    for (const document of documents) {
      if (this.#chunk.append(document)) continue;
      await this.#send();
      this.#chunk.append(document);
    }
  }

  /**
   * Waits until all is tokenised.
   *
   * @returns every term, in no particular order.
   * @throws {ResourceError} where tokens could not be stored.
   */
  async finish(): Promise<ReadonlySet<string>> {
    await this.#send();
    await Promise.all(this.#work);
    this.#terms = await Promise.all(this.#threads.map((thread) => thread.finish()));
    return new Set(this.#terms.flat());
  }

  /** The finished corpus in a vocabulary where a term's place is its id. */
  encode(vocabulary: readonly string[]): EncodedTexts {
    const index = new Map(vocabulary.map((term, id) => [term, id]));
    const ids = this.#terms.map((terms) =>
      Int32Array.from(terms, (term) => index.get(term) ?? UNKNOWN)
    );
    const read = (id: number, starts?: number[]) => {
      const { thread, start, length } = this.#place(id);
      const map = ids[thread]!;
      const tokens = this.#threads[thread]!.read(start, length);
      for (let at = 0; at < length; at++) {
        const term = tokens[at]!;
        if (term < 0) starts?.push(at); // its complement: it begins a sentence
        tokens[at] = map[term < 0 ? ~term : term]!;
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

  /** Tokens of a document, in the vocabulary or not. */
  length(id: number): number {
    return this.#place(id).length;
  }

  #place(id: number): Place {
    const place = this.#places.get(id);
    if (!place) throw new RangeError(`document ${id} is not among those that were tokenised`);
    return place;
  }

  /** Sends the chunk to the thread with least to do, once that is little. */
  async #send(): Promise<void> {
    const least = () => this.#threads.reduce((a, b) => (b.pending < a.pending ? b : a));
    while (least().pending >= CHUNKS_AHEAD) {
      await Promise.race(this.#threads.map(({ next }) => next));
    }
    const work = this.#tokenise(least(), this.#chunk);
    work.catch(() => {}); // told by finish
    this.#work.push(work);
    this.#chunk = new TextChunkBuilder(this.#spare.pop());
  }

  async #tokenise(thread: TokenThread, builder: TextChunkBuilder): Promise<void> {
    const { ids, chunk } = builder.take();
    const number = this.#threads.indexOf(thread);
    const { lengths, buffer } = await thread.tokenise(chunk);
    this.#spare.push(buffer);
    for (const [at, id] of ids.entries()) {
      if (this.#places.has(id)) throw new RangeError(`document ${id} was added twice`);
      const length = lengths[at]!;
      this.#places.set(id, { thread: number, start: this.#stored[number]!, length });
      this.#stored[number]! += length;
    }
  }

  /** Ends the threads and deletes the temporary files. */
  [Symbol.dispose](): void {
    for (const thread of this.#threads) thread[Symbol.dispose]();
  }
}
