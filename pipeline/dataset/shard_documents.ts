/**
 * Documents read from shards one at a time: labels and lengths are in memory, tokens stay on disk.
 *
 * @module
 */
import { readAt } from "../files/read.ts";
import { type Task, UNKNOWN } from "../schema.ts";
import { damagedFile } from "./checked_files.ts";
import type { Documents } from "./documents.ts";
import type { SplitLayout } from "./read_shards.ts";

/** The documents of a split. Dispose of them to close their files. */
export class ShardDocuments implements Documents, Disposable {
  readonly #layout: SplitLayout;
  readonly #files: (Deno.FsFile | undefined)[] = [];

  /** Documents that lie where `layout` says; files are opened when first read. */
  constructor(layout: SplitLayout) {
    this.#layout = layout;
  }

  /** Documents of the split; rows go from 0 to `count` − 1. */
  get count(): number {
    return this.#layout.lengths.length;
  }

  /** Tokens of each document, not cut; 0 where a note has none. */
  get lengths(): Int32Array {
    return this.#layout.lengths;
  }

  /**
   * Token ids of a document; rare words are `UNKNOWN` unless they were asked for.
   *
   * @throws {IntegrityError} where the file has changed since it was checked.
   */
  tokens(row: number): Int32Array {
    const { firstRows, paths, starts, lengths, vocabulary, words, keepsRare } = this.#layout;
    const shard = firstRows.findIndex((first) => first > row) - 1;
    const path = paths[shard]!;
    const file = this.#files[shard] ??= Deno.openSync(path);
    const tokens = new Int32Array(lengths[row]!);
    const whole = readAt(file, starts[row]!, new Uint8Array(tokens.buffer));
    if (!whole || tokens.some((id) => id < 0 || id >= words)) {
      const found = `tokens of document ${row} are cut or beyond the words`;
      throw damagedFile(path, found, `${tokens.length} ids below ${words}`);
    }
    return keepsRare ? tokens : tokens.map((id) => (id < vocabulary ? id : UNKNOWN));
  }

  /** Places at which the sentences of a document begin; undefined where the dataset does not say. */
  sentences(row: number): Int32Array | undefined {
    const { sentences } = this.#layout;
    return sentences?.indices.subarray(sentences.offsets[row], sentences.offsets[row + 1]);
  }

  /** Label indices of a document: distinct, ascending. */
  labels(task: Task, row: number): Int32Array {
    const { offsets, indices } = this.#layout.labels[task];
    return indices.subarray(offsets[row], offsets[row + 1]);
  }

  /** Closes the files. */
  [Symbol.dispose](): void {
    for (const file of this.#files.splice(0)) file?.close();
  }
}
