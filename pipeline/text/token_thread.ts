/**
 * The near end of a tokenising thread: texts are gathered into chunks, which go out in order; answers
 * come back in order; the token ids that the thread wrote are read from its file.
 *
 * @module
 */
import { ResourceError } from "../errors.ts";
import { readAt } from "../files/read.ts";
import { removeName, writeFailure } from "../files/write.ts";
import { readLineEnds } from "./line_ends.ts";
import type {
  ChunkAnswer,
  TermsAnswer,
  TextChunk,
  TokenAnswer,
  TokenRequest,
} from "./token_worker.ts";

/** A text to be tokenised. */
export interface TextDocument {
  /** What it is asked for by: any whole number that no other document has. */
  readonly id: number;
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

  get documents(): number {
    return this.#ids.length;
  }

  /** Takes a document, unless the chunk has others and no room for it. */
  append({ id, text: given }: TextDocument): boolean {
    const text = readLineEnds(given);
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

/** A thread and the file it writes. */
export class TokenThread implements Disposable {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<TokenAnswer>[] = [];
  readonly #file: Deno.FsFile;
  #crash: Error | undefined;

  /** A thread that writes to a file of its own. Throws {@linkcode ResourceError}. */
  constructor(path: string) {
    this.#path = path;
    this.#file = createFile(path);
    this.#worker = new Worker(new URL("./token_worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<TokenAnswer>) => {
      const waiting = this.#waiting.shift();
      if ("failure" in data) waiting?.reject(new ResourceError(data.failure));
      else waiting?.resolve(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#crash = new Error(event.message);
      for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#crash);
    };
    this.#post({ path });
  }

  /** Requests under way. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** Settles with the oldest request under way. */
  get next(): Promise<unknown> | undefined {
    return this.#waiting[0]?.promise;
  }

  /** Sends a chunk, whose buffer is given away. */
  tokenise(chunk: TextChunk): Promise<ChunkAnswer> {
    return this.#ask(chunk, [chunk.bytes.buffer]) as Promise<ChunkAnswer>;
  }

  /** The terms of all chunks by the thread's ids; ends the thread. */
  async finish(): Promise<readonly string[]> {
    const { terms } = await this.#ask("finish") as TermsAnswer;
    this.#worker.terminate();
    return terms;
  }

  /** Ids from the thread's file, complements included; `start` is counted in ids. */
  read(start: number, length: number): Int32Array {
    const ids = new Int32Array(length);
    if (length === 0) return ids;
    if (!readAt(this.#file, 4 * start, new Uint8Array(ids.buffer))) {
      throw new ResourceError(
        `reading ${this.#path}: it ends early; expected ${4 * (start + length)} bytes; ` +
          "something else changed the temporary folder, run again",
      );
    }
    return ids;
  }

  #ask(request: TokenRequest, transfer: Transferable[] = []): Promise<TokenAnswer> {
    if (this.#crash) return Promise.reject(this.#crash);
    const waiting = Promise.withResolvers<TokenAnswer>();
    this.#waiting.push(waiting);
    this.#post(request, transfer);
    return waiting.promise;
  }

  #post(request: TokenRequest, transfer: Transferable[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  /** Ends the thread and deletes its file. */
  [Symbol.dispose](): void {
    this.#worker.terminate();
    this.#file.close();
    removeName(this.#path);
  }
}

function createFile(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { read: true, write: true, createNew: true });
  } catch (error) {
    throw writeFailure(path, 0, error);
  }
}
