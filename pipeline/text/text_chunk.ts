/**
 * Texts gathered into one buffer of UTF-8, to be handed to a thread without a copy.
 *
 * @module
 */
import type { TextChunk } from "./token_worker.ts";

/** A text to be tokenised. */
export interface TextDocument {
  /** What it is asked for by: any whole number that no other document has. */
  readonly id: number;
  /** The text. */
  readonly text: string;
}

const CHUNK_BYTES = 1 << 20;
const encoder = new TextEncoder();

/** A chunk being filled. */
export class TextChunkBuilder {
  #bytes: Uint8Array<ArrayBuffer>;
  #used = 0;
  readonly #ids: number[] = [];
  readonly #ends: number[] = [];
  readonly #ascii: number[] = [];

  /** An empty chunk; `buffer` is a used one to fill again. */
  constructor(buffer: ArrayBuffer = new ArrayBuffer(CHUNK_BYTES)) {
    this.#bytes = new Uint8Array(buffer);
  }

  /** Documents so far. */
  get documents(): number {
    return this.#ids.length;
  }

  /** Takes a document, unless the chunk has others and no room for it. */
  append({ id, text }: TextDocument): boolean {
    let { read, written } = encoder.encodeInto(text, this.#bytes.subarray(this.#used));
    if (read < text.length) {
      if (this.documents > 0) return false;
      this.#bytes = encoder.encode(text);
      ({ read, written } = { read: text.length, written: this.#bytes.length });
    }
    this.#used += written;
    this.#ids.push(id);
    this.#ends.push(this.#used);
    this.#ascii.push(Number(written === text.length)); // anything else takes more bytes than units
    return true;
  }

  /** The documents' ids and the chunk to send. */
  take(): { ids: readonly number[]; chunk: TextChunk } {
    return {
      ids: this.#ids,
      chunk: {
        bytes: this.#bytes.subarray(0, this.#used),
        ends: Int32Array.from(this.#ends),
        ascii: Uint8Array.from(this.#ascii),
      },
    };
  }
}
