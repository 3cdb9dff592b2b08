/**
 * A thread that tokenises: texts come in by the chunk, token ids go to a file of its own, and terms
 * with their document frequency are handed over at the end. Its first message is that file's path.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { writeFailure } from "./atomic.ts";
import { grow, TermTable } from "./term_table.ts";

/** Some documents' texts, one behind the other. */
export interface TextChunk {
  /** UTF-8. Its buffer is given away, and comes back with the answer. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each document ends in `bytes`. */
  readonly ends: Int32Array;
  /** For each document: whether all of its bytes are ASCII. */
  readonly ascii: Uint8Array;
  /** For each document: whether it counts towards document frequency. */
  readonly training: Uint8Array;
}

/** What a thread is told: where to write, texts, or that no more come. */
export type TokenRequest = { readonly path: string } | TextChunk | "finish";

/** Tokens of each document of a chunk. */
export interface ChunkAnswer {
  /** Tokens of each document. */
  readonly lengths: Int32Array;
  /** The chunk's buffer, to be filled again. */
  readonly buffer: ArrayBuffer;
}

/** The terms of all texts. */
export interface TermsAnswer {
  /** Terms by id. */
  readonly terms: readonly string[];
  /** Training documents that hold each. */
  readonly frequency: Int32Array;
}

/** What a thread answers; `failure` is that the ids could not be stored. */
export type TokenAnswer = ChunkAnswer | TermsAnswer | { readonly failure: string };

/** Tokenises chunk after chunk and counts in how many training documents each term is. */
class Counter {
  readonly #table = new TermTable();
  #frequency = new Int32Array(1 << 16);
  #lastSeen = new Int32Array(1 << 16); // number of the last document with this term
  #documents = 0;

  /** Token ids of a chunk's documents, one behind the other, and how many each has. */
  take({ bytes, ends, ascii, training }: TextChunk): { ids: Int32Array; lengths: Int32Array } {
    const ids = new Int32Array((bytes.length >> 1) + ends.length);
    const lengths = new Int32Array(ends.length);
    let total = 0, start = 0;
    for (const [at, end] of ends.entries()) {
      const text = bytes.subarray(start, end);
      const found = ids.subarray(total);
      if (ascii[at]) lengths[at] = this.#table.scan(text, found);
      else {
        const tokens = this.#table.add(new TextDecoder().decode(text));
        found.set(tokens);
        lengths[at] = tokens.length;
      }
      if (training[at]) this.#count(found.subarray(0, lengths[at]));
      total += lengths[at]!;
      start = end;
    }
    return { ids: ids.subarray(0, total), lengths };
  }

  #count(ids: Int32Array): void {
    const document = ++this.#documents;
    const terms = this.#table.size;
    if (terms > this.#frequency.length) {
      this.#frequency = grow(this.#frequency, 2 * terms);
      this.#lastSeen = grow(this.#lastSeen, 2 * terms);
    }
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at]!;
      if (this.#lastSeen[id] === document) continue;
      this.#lastSeen[id] = document;
      this.#frequency[id]!++;
    }
  }

  /** All terms. */
  finish(): TermsAnswer {
    const size = this.#table.size;
    const frequency = this.#frequency.slice(0, size);
    return {
      terms: Array.from({ length: size }, (_, id) => this.#table.term(id)),
      frequency: size > frequency.length ? grow(frequency, size) : frequency,
    };
  }
}

const counter = new Counter();
let path = "", file: Deno.FsFile | undefined;

self.onmessage = ({ data }: MessageEvent<TokenRequest>) => {
  if (data === "finish") {
    file?.close();
    reply(counter.finish());
  } else if ("path" in data) {
    path = data.path;
  } else {
    const { ids, lengths } = counter.take(data);
    try {
      file ??= Deno.openSync(path, { write: true, createNew: true });
      const bytes = new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength);
      for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
    } catch (error) {
      return reply({ failure: writeFailure(path, ids.byteLength, error).message });
    }
    reply({ lengths, buffer: data.bytes.buffer }, [data.bytes.buffer]);
  }
};

function reply(answer: TokenAnswer, transfer: Transferable[] = []): void {
  self.postMessage(answer, transfer);
}
