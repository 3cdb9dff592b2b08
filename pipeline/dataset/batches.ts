/**
 * Documents → batches of similar lengths, in an order that (seed, epoch) decides.
 *
 * Legend: `B` documents of a batch, `T` tokens (padded width).
 *
 * @module
 */
import { createRandom, shuffle } from "../random.ts";
import { UNKNOWN } from "../schema.ts";

export { readSplit, type SplitDocuments } from "./shard_documents.ts";

/** The tokens and labels of one split's documents. */
export interface Documents {
  /** How many. */
  readonly count: number;
  /** Tokens of each document, not cut; 0 where a note has none. */
  readonly lengths: Int32Array;
  /** Token ids of a document. */
  tokens(row: number): Int32Array;
  /** Ascending ICD label indices of a document. */
  icd(row: number): Int32Array;
  /** Ascending CCS label indices of a document. */
  ccs(row: number): Int32Array;
  /** {@linkcode collate} beside the caller's thread, where that is possible. */
  collateAside?(rows: Int32Array, maxTokens: number): Promise<Batch>;
}

/** Labels of a batch's documents as compressed rows. */
export interface LabelRows {
  /** Where each document's labels start in `indices`, and where the last one's end: [B + 1]. */
  readonly offsets: Int32Array;
  /** Label indices. */
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
  /** ICD labels. */
  readonly icd: LabelRows;
  /** CCS labels. */
  readonly ccs: LabelRows;
}

/** How documents are dealt into batches. */
export interface BatchOptions {
  /** Documents of a batch. */
  readonly batchSize: number;
  /** Tokens that count of each document: longer ones are as long as this. */
  readonly maxTokens: number;
  /** Seed of the order. */
  readonly seed: number;
  /** Epoch, from 0; each has its own batches. */
  readonly epoch: number;
  /** Whether the order is drawn; else it is by falling length. */
  readonly shuffle: boolean;
}

/** How far a length may seem longer than it is, so that no two epochs have the same batches. */
const LENGTH_JITTER = 0.05;

/**
 * The rows of each batch: every document once, similar lengths together, so that little is padding.
 * Shuffled, lengths are jittered by up to 5% before they are sorted, and the batches' order is drawn;
 * otherwise the longest come first, which shows at once whether memory suffices.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const options = { batchSize: 2, maxTokens: 4000, seed: 7, epoch: 0, shuffle: false };
 * const plan = planBatches(new Int32Array([10, 500, 12, 480]), options);
 * assert.deepEqual(plan.map((rows) => [...rows]), [[1, 3], [2, 0]]);
 * ```
 */
export function planBatches(lengths: Int32Array, options: BatchOptions): readonly Int32Array[] {
  const random = createRandom(options.seed, "batches", options.epoch);
  const keys = Float64Array.from(lengths, (length) => {
    const counted = Math.max(1, Math.min(length, options.maxTokens));
    return options.shuffle ? counted * (1 + LENGTH_JITTER * random.uniform()) : counted;
  });
  const order = Int32Array.from(lengths, (_, row) => row)
    .sort((a, b) => keys[b]! - keys[a]! || a - b);
  const plan: Int32Array[] = [];
  for (let at = 0; at < order.length; at += options.batchSize) {
    plan.push(order.slice(at, at + options.batchSize));
  }
  return options.shuffle ? shuffle(plan, random) : plan;
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
    icd: joinRows(Array.from(rows, (row) => documents.icd(row))),
    ccs: joinRows(Array.from(rows, (row) => documents.ccs(row))),
  };
}

/** Lists of label indices as compressed rows. */
export function joinRows(lists: readonly Int32Array[]): LabelRows {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, at) => offsets[at + 1] = offsets[at]! + list.length);
  const indices = new Int32Array(offsets[lists.length]!);
  lists.forEach((list, at) => indices.set(list, offsets[at]));
  return { offsets, indices };
}

/**
 * The batches of `plan` in its order. While the caller works on one, the next is read and put
 * together in another thread, where the documents offer that.
 *
 * @param plan rows of each batch; to resume at a position, the rest of the plan.
 */
export async function* readBatches(
  documents: Documents,
  plan: readonly Int32Array[],
  maxTokens: number,
): AsyncGenerator<Batch> {
  const read = (rows: Int32Array | undefined) => {
    const batch = rows && documents.collateAside?.(rows, maxTokens);
    batch?.catch(() => {}); // told where it is awaited, which a caller that stops early never does
    return batch;
  };
  let ahead = read(plan[0]);
  for (const [at, rows] of plan.entries()) {
    const batch = await ahead ?? collate(documents, rows, maxTokens);
    ahead = read(plan[at + 1]);
    yield batch;
  }
}
