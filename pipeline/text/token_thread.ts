/**
 * The near end of a tokenising thread: requests go out in order, answers come back in order, and the
 * token ids that it wrote are read from its file.
 *
 * @module
 */
import { ResourceError } from "../errors.ts";
import { readAt } from "../files/read.ts";
import type {
  ChunkAnswer,
  TermsAnswer,
  TextChunk,
  TokenAnswer,
  TokenRequest,
} from "./token_worker.ts";

/** A thread and the file it writes. */
export class TokenThread implements Disposable {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<TokenAnswer>[] = [];
  #crash: Error | undefined;
  #file: Deno.FsFile | undefined;

  /** A thread that will write to `path`. */
  constructor(path: string) {
    this.#path = path;
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

  /** Ids from the thread's file, `start` counted in ids. */
  read(start: number, length: number): Int32Array {
    const ids = new Int32Array(length);
    if (length === 0) return ids;
    this.#file ??= Deno.openSync(this.#path);
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
    this.#file?.close();
    this.#file = undefined;
    try {
      Deno.removeSync(this.#path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
