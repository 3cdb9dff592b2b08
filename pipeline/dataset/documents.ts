/**
 * Documents with their labels, one at a time and side by side.
 *
 * Legend: `B` documents of a batch, `T` tokens (padded width).
 *
 * @module
 */
import { joinArrays } from "../files/arrays.ts";
import { type PerTask, perTask, type Task, UNKNOWN } from "../schema.ts";

/** The tokens and labels of one split's documents. */
export interface Documents {
  /** Documents of the split; rows go from 0 to `count` − 1. */
  readonly count: number;
  /** Tokens of each document, not cut; 0 where a note has none. */
  readonly lengths: Int32Array;
  /** Token ids of a document. */
  tokens(row: number): Int32Array;
  /** Places of the tokens that begin a sentence, rising; undefined where that is not known. */
  readonly sentences?: ((row: number) => Int32Array | undefined) | undefined;
  /** Label indices of a document: distinct, ascending. */
  labels(task: Task, row: number): Int32Array;
  /** {@linkcode collate} beside the caller's thread, where that is possible. */
  collateAside?(rows: Int32Array, maxTokens: number): Promise<Batch>;
}

/** Some documents of a split, in the order of `rows`; one may come several times. */
export function pickDocuments(documents: Documents, rows: readonly number[]): Documents {
  return {
    count: rows.length,
    lengths: Int32Array.from(rows, (row) => documents.lengths[row]!),
    tokens: (at) => documents.tokens(rows[at]!),
    sentences: documents.sentences && ((at) => documents.sentences!(rows[at]!)),
    labels: (task, at) => documents.labels(task, rows[at]!),
  };
}

/** A document's tokens, and where its sentences begin, where that is known. */
export interface TokenText {
  readonly tokens: Int32Array;
  readonly sentences?: Int32Array | undefined;
}

/** Texts as documents without labels. */
export function unlabelledDocuments(texts: readonly TokenText[]): Documents {
  const none = new Int32Array();
  return {
    count: texts.length,
    lengths: Int32Array.from(texts, ({ tokens }) => tokens.length),
    tokens: (row) => texts[row]!.tokens,
    sentences: (row) => texts[row]!.sentences,
    labels: () => none,
  };
}

/** The documents of several splits, one split behind the other. */
export function chainDocuments(splits: readonly Documents[]): Documents {
  const places = splits.flatMap((split) =>
    Array.from({ length: split.count }, (_, row) => ({ split, row }))
  );
  return {
    count: places.length,
    lengths: Int32Array.from(places, ({ split, row }) => split.lengths[row]!),
    tokens: (at) => places[at]!.split.tokens(places[at]!.row),
    sentences: (at) => places[at]!.split.sentences?.(places[at]!.row),
    labels: (task, at) => places[at]!.split.labels(task, places[at]!.row),
  };
}

/** How many documents have more tokens than are read of each. */
export function countCut({ lengths }: Pick<Documents, "lengths">, maxTokens: number): number {
  return lengths.reduce((count, length) => count + Number(length > maxTokens), 0);
}

/** Label indices of B documents as compressed rows. */
export interface LabelRows {
  /** Where each document's labels start in `indices`, and where the last one's end: [B + 1]. */
  readonly offsets: Int32Array;
  /** Label indices of all documents, one document's behind the other's. */
  readonly indices: Int32Array;
}

/** Documents side by side, padded to the longest. */
export interface Batch {
  /** Rows of the split: [B]. */
  readonly rows: Int32Array;
  /** Tokens of each document, at least 1: [B]. */
  readonly lengths: Int32Array;
  /** T: the longest of `lengths`. */
  readonly width: number;
  /** Token ids, 0 behind a document's end: [B, T] row-major. */
  readonly tokens: Int32Array;
  /** For each document: where its sentences begin, where that is known. */
  readonly sentences?: readonly (Int32Array | undefined)[] | undefined;
  /** Labels of the B documents. */
  readonly labels: PerTask<LabelRows>;
}

/**
 * Puts documents side by side. Each is cut after `maxTokens`; one without a token is a single
 * unknown token, so that its result is finite.
 */
export function collate(documents: Documents, rows: Int32Array, maxTokens: number): Batch {
  const texts = Array.from(rows, (row) => {
    const tokens = documents.tokens(row).subarray(0, maxTokens);
    return tokens.length ? tokens : Int32Array.of(UNKNOWN);
  });
  const lengths = Int32Array.from(texts, (tokens) => tokens.length);
  const width = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  const tokens = new Int32Array(rows.length * width);
  texts.forEach((text, at) => tokens.set(text, at * width));
  return {
    rows,
    lengths,
    width,
    tokens,
    sentences: documents.sentences && Array.from(
      rows,
      (row, at) => documents.sentences!(row)?.filter((start) => start < lengths[at]!),
    ),
    labels: perTask((task) => joinRows(Array.from(rows, (row) => documents.labels(task, row)))),
  };
}

/** Lists of label indices, or of token ids, as compressed rows. */
export function joinRows(lists: readonly Int32Array[]): LabelRows {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, at) => offsets[at + 1] = offsets[at]! + list.length);
  return { offsets, indices: joinArrays(Int32Array, lists) };
}

/** The indices of one of the rows, not copied. */
export function rowOf({ offsets, indices }: LabelRows, row: number): Int32Array {
  return indices.subarray(offsets[row], offsets[row + 1]);
}
