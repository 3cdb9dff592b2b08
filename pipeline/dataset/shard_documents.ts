/**
 * Documents read from shards one at a time: labels and lengths are in memory, tokens stay on disk.
 *
 * @module
 */
import { IntegrityError } from "../errors.ts";
import { identify, isSameFile, readAt, readFailure } from "../files/read.ts";
import { type Task, UNKNOWN } from "../schema.ts";
import { damagedFile } from "./checked_files.ts";
import { type Documents, rowOf } from "./documents.ts";
import type { CheckedShard, SplitLayout } from "./read_shards.ts";

/** The documents of a split. Dispose of them to close their files. */
export class ShardDocuments implements Documents, Disposable {
  readonly #layout: SplitLayout;
  readonly #files: readonly Deno.FsFile[];

  /**
   * Documents that lie where `layout` says.
   *
   * @param files the shards, open as they were checked, which this closes; opened again without them.
   * @throws {IntegrityError} where one is not the file that was checked.
   */
  constructor(layout: SplitLayout, files: readonly Deno.FsFile[] = openShards(layout)) {
    this.#layout = layout;
    this.#files = files;
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
    const { firstRows, shards, starts, lengths, vocabulary, words, keepsRare } = this.#layout;
    const at = firstRows.findIndex((first) => first > row) - 1;
    const shard = shards[at]!;
    const tokens = new Int32Array(lengths[row]!);
    const whole = readTokens(this.#files[at]!, shard, starts[row]!, tokens);
    if (!whole || tokens.some((id) => id < 0 || id >= words)) {
      const found = `tokens of document ${row} are cut or beyond the words`;
      throw damagedFile(shard.path, found, `${tokens.length} ids below ${words}`);
    }
    return keepsRare ? tokens : tokens.map((id) => (id < vocabulary ? id : UNKNOWN));
  }

  /** Places at which the sentences of a document begin; undefined where the dataset does not say. */
  sentences(row: number): Int32Array | undefined {
    const { sentences } = this.#layout;
    return sentences && rowOf(sentences, row);
  }

  /** Label indices of a document: distinct, ascending. */
  labels(task: Task, row: number): Int32Array {
    return rowOf(this.#layout.labels[task], row);
  }

  /** Closes the files. */
  [Symbol.dispose](): void {
    for (const file of this.#files) file.close();
  }
}

/** Reads tokens from byte `start` on; whether the file is long enough. */
function readTokens(
  file: Deno.FsFile,
  { path, identity }: CheckedShard,
  start: number,
  tokens: Int32Array,
): boolean {
  try {
    const whole = readAt(file, start, new Uint8Array(tokens.buffer));
    if (!isSameFile(identify(file), identity)) throw changed(path);
    return whole;
  } catch (error) {
    throw readFailure(path, error, (found) => damagedFile(path, found));
  }
}

/** Opens the shards again, in another thread than the one that checked them. */
function openShards({ shards }: SplitLayout): Deno.FsFile[] {
  using opened = new DisposableStack();
  const files = shards.map(({ path, identity }) => {
    try {
      const file = opened.use(Deno.openSync(path));
      if (!isSameFile(identify(file), identity)) throw changed(path);
      return file;
    } catch (error) {
      throw readFailure(path, error, (found) => damagedFile(path, found));
    }
  });
  opened.move();
  return files;
}

function changed(path: string): IntegrityError {
  return new IntegrityError(
    `reading ${path}: it was changed or replaced since it was checked; expected a dataset that ` +
      "stays as it is while it is read; run again",
  );
}
