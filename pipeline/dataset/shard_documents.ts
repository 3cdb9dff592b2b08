/**
 * One split's documents, read from its shards a document at a time: labels and lengths are in memory,
 * tokens stay on disk.
 *
 * @module
 */
import type { Batch, Documents } from "./documents.ts";
import type { Dataset } from "./open.ts";
import { IntegrityError } from "../errors.ts";
import type { Split, Task } from "../schema.ts";
import { readLayout, type SplitLayout } from "./read_shards.ts";
import { readAt } from "../files/read.ts";

/**
 * Opens a split after checking every byte of its shards. Dispose of the result to close its files.
 *
 * @throws {IntegrityError} where a shard is missing, damaged, swapped or breaks the contract.
 */
export async function readSplit(dataset: Dataset, split: Split): Promise<SplitDocuments> {
  return new SplitDocuments(await readLayout(dataset, split));
}

/** Asks `collate_worker.ts` for a batch; its first message is the split's {@linkcode SplitLayout}. */
export interface CollateRequest {
  /** Rows of the split. */
  readonly rows: Int32Array;
  /** Tokens of a document that are read. */
  readonly maxTokens: number;
}

/** The batch, or what is wrong with the shard. */
export type CollateAnswer = { readonly batch: Batch } | { readonly damage: string };

/** The documents of a split. */
export class SplitDocuments implements Documents, Disposable {
  readonly #layout: SplitLayout;
  readonly #files: (Deno.FsFile | undefined)[] = [];
  #worker: Worker | undefined;
  #pending: Promise<unknown> = Promise.resolve();

  /** Documents that lie where `layout` says; files are opened when first read. */
  constructor(layout: SplitLayout) {
    this.#layout = layout;
  }

  /** Number of documents. */
  get count(): number {
    return this.#layout.lengths.length;
  }

  /** Tokens of each document. */
  get lengths(): Int32Array {
    return this.#layout.lengths;
  }

  /**
   * Token ids of a document.
   *
   * @throws {IntegrityError} where the file has changed since it was checked.
   */
  tokens(row: number): Int32Array {
    const { firstRows, paths, starts, lengths, vocabulary } = this.#layout;
    const shard = firstRows.findIndex((first) => first > row) - 1;
    const file = this.#files[shard] ??= Deno.openSync(paths[shard]!);
    const tokens = new Int32Array(lengths[row]!);
    const whole = readAt(file, starts[row]!, new Uint8Array(tokens.buffer));
    if (!whole || tokens.some((id) => id < 0 || id >= vocabulary)) {
      throw new IntegrityError(
        `reading ${paths[shard]}: tokens of document ${row} are cut or beyond the vocabulary; ` +
          `expected ${tokens.length} ids below ${vocabulary}; prepare again`,
      );
    }
    return tokens;
  }

  /** Label indices of a document: distinct, ascending. */
  labels(task: Task, row: number): Int32Array {
    const { offsets, indices } = this.#layout.labels[task];
    return indices.subarray(offsets[row], offsets[row + 1]);
  }

  /** {@linkcode collate} in a thread of its own, one batch after another. */
  collateAside(rows: Int32Array, maxTokens: number): Promise<Batch> {
    const batch = this.#pending.then(() => this.#ask({ rows, maxTokens }));
    this.#pending = batch.catch(() => {});
    return batch;
  }

  #ask(request: CollateRequest): Promise<Batch> {
    const worker = this.#worker ??= startWorker(this.#layout);
    const { promise, resolve, reject } = Promise.withResolvers<Batch>();
    worker.onmessage = ({ data }: MessageEvent<CollateAnswer>) =>
      "batch" in data ? resolve(data.batch) : reject(new IntegrityError(data.damage));
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(request);
    return promise;
  }

  /** Closes the files and ends the thread. */
  [Symbol.dispose](): void {
    for (const file of this.#files.splice(0)) file?.close();
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}

function startWorker(layout: SplitLayout): Worker {
  const worker = new Worker(new URL("./collate_worker.ts", import.meta.url), { type: "module" });
  worker.postMessage(layout);
  return worker;
}
