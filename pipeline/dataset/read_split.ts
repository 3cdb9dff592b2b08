/**
 * One split of a dataset, checked and opened; its batches are put together in a thread of their own.
 *
 * @module
 */
import { IntegrityError, ResourceError } from "../errors.ts";
import type { Split } from "../schema.ts";
import type { CollateAnswer, CollateRequest } from "./collate_worker.ts";
import type { Batch } from "./documents.ts";
import type { Dataset } from "./open.ts";
import { holdDataset } from "./hold.ts";
import { openLayout, type SplitLayout, type WordOptions } from "./read_shards.ts";
import { ShardDocuments } from "./shard_documents.ts";

/**
 * Opens a split after checking every byte of its shards. Dispose of the result to close its files; until
 * then `prepare` does not replace the dataset.
 *
 * @throws {IntegrityError} where a shard is missing, damaged, swapped or breaks the contract.
 * @throws {LockedError} where another process is replacing the dataset.
 */
export async function readSplit(
  dataset: Dataset,
  split: Split,
  options: WordOptions = {},
): Promise<SplitDocuments> {
  using held = new DisposableStack();
  held.use(await holdDataset(dataset));
  const { layout, files } = await openLayout(dataset, split, options);
  return new SplitDocuments(layout, files, held.move());
}

/** The documents of a split, with a thread that collates. Dispose of them to end it. */
export class SplitDocuments extends ShardDocuments {
  readonly #layout: SplitLayout;
  readonly #hold: Disposable;
  #worker: Worker | undefined;
  #pending: Promise<unknown> = Promise.resolve();

  /** Documents of `files` that lie where `layout` says; `hold` is disposed of with them. */
  constructor(layout: SplitLayout, files: readonly Deno.FsFile[], hold: Disposable) {
    super(layout, files);
    this.#layout = layout;
    this.#hold = hold;
  }

  /** `collate` in the thread, one batch after another. */
  collateAside(rows: Int32Array, maxTokens: number): Promise<Batch> {
    const batch = this.#pending.then(() => this.#ask({ rows, maxTokens }));
    this.#pending = batch.catch(() => {});
    return batch;
  }

  #ask(request: CollateRequest): Promise<Batch> {
    const worker = this.#worker ??= startWorker(this.#layout);
    const { promise, resolve, reject } = Promise.withResolvers<Batch>();
    worker.onmessage = ({ data }: MessageEvent<CollateAnswer>) => {
      if ("batch" in data) resolve(data.batch);
      else if (data.exitCode === 4) reject(new IntegrityError(data.failure));
      else reject(new ResourceError(data.failure));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(request);
    return promise;
  }

  /** Closes the files and ends the thread. */
  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#hold[Symbol.dispose]();
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}

function startWorker(layout: SplitLayout): Worker {
  const worker = new Worker(new URL("./collate_worker.ts", import.meta.url), { type: "module" });
  worker.postMessage(layout);
  return worker;
}
