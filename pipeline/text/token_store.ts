/**
 * Tokenises a corpus in parallel, once, for every dataset that is made from it. The tokens of all
 * texts lie in temporary files, memory holds the terms; what comes out does not depend on the number
 * of threads.
 *
 * @module
 */
import { join } from "node:path";
import { StoredTexts, type TokenPlace } from "./stored_texts.ts";
import { TextChunkBuilder, type TextDocument, TokenThread } from "./token_thread.ts";

/** How a corpus is tokenised. */
export interface TokenStoreOptions {
  /** Existing folder for temporary files. */
  readonly directory: string;
  /** Threads that tokenise, at least 1. */
  readonly threads: number;
}

/** Chunks under way in each thread, so that it never waits for the next. */
const CHUNKS_AHEAD = 2;

/**
 * A corpus being tokenised. Dispose of it to end the threads and delete the files, when nobody reads
 * its texts any more.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const directory = await Deno.makeTempDir();
 * {
 *   using store = new TokenStore({ directory, threads: 2 });
 *   await store.add([{ id: 7, text: "Fever, no fever." }]);
 *   const texts = await store.finish();
 *   assert.deepEqual(texts.terms.toSorted(), ["fever", "no"]);
 *   assert.deepEqual([...texts.encode(["<pad>", "<unk>", "fever"]).tokens(7)], [2, 1, 2]);
 * }
 * await Deno.remove(directory);
 * ```
 */
export class TokenStore implements Disposable {
  readonly #threads: readonly TokenThread[];
  readonly #stored: number[]; // tokens in each thread's file
  readonly #places = new Map<number, { readonly thread: number } & Omit<TokenPlace, "file">>();
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
   * @returns the texts, which lie in the temporary files.
   * @throws {ResourceError} where tokens could not be stored.
   */
  async finish(): Promise<StoredTexts> {
    await this.#send();
    await Promise.all(this.#work);
    const files = await Promise.all(this.#threads.map(async (thread) => ({
      terms: await thread.finish(),
      read: (start: number, length: number) => thread.read(start, length),
    })));
    const places = this.#places.entries().map(([id, { thread, start, length }]) =>
      [id, { file: files[thread]!, start, length }] as const
    );
    return new StoredTexts(files, new Map(places));
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
