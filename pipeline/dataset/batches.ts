/**
 * Documents → batches of similar lengths, in an order that (seed, epoch) decides, each in passes that
 * fit into memory.
 *
 * @module
 */
import { createRandom, shuffle } from "../random.ts";
import { type Batch, collate, type Documents } from "./documents.ts";

/** How documents are dealt into batches and these into passes. */
export interface BatchingConfig {
  /** Documents in a batch, from 1. */
  readonly batchSize: number;
  /** Tokens of a document that are read; the rest is cut off. */
  readonly maxTokens: number;
  /**
   * Most padded tokens in one forward and backward pass. A batch of more is split into passes whose
   * gradients are summed; this bounds the memory of a step.
   */
  readonly microTokens: number;
  /** Seed of the order, and of every other random draw of a run. */
  readonly seed: number;
}

/** How far a length may seem longer than it is, so that no two epochs have the same batches. */
const LENGTH_JITTER = 0.05;

/**
 * The batches of an epoch, each as its passes, each pass as rows. Every document comes once, similar
 * lengths together, so that little is padding.
 *
 * A batch of no more than `microTokens` padded tokens is one pass. A larger one is dealt into passes
 * that keep to the limit, short documents first; a document that is longer than the limit is a pass of
 * its own.
 *
 * @param lengths tokens of each document, not cut.
 * @param epoch from 0, each with an order of its own: lengths are jittered by up to 5% before they are
 * sorted, and the batches' order is drawn. Without it the longest documents come first, which shows at
 * once whether memory suffices.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const config = { batchSize: 2, maxTokens: 4000, microTokens: 900, seed: 7 };
 * const batches = planPasses(Int32Array.of(10, 500, 12, 480), config);
 * assert.deepEqual(batches, [
 *   [Int32Array.of(3), Int32Array.of(1)], // 2 × 500 tokens are too many for one pass
 *   [Int32Array.of(2, 0)],
 * ]);
 * ```
 */
export function planPasses(
  lengths: Int32Array,
  config: BatchingConfig,
  epoch?: number,
): readonly (readonly Int32Array[])[] {
  const read = lengths.map((length) => Math.min(length, config.maxTokens));
  return planBatches(read, config, epoch).map((rows) => splitBatch(rows, read, config.microTokens));
}

/** Rows of each batch; `read` are the tokens of each document that are read. */
function planBatches(
  read: Int32Array,
  { batchSize, seed }: BatchingConfig,
  epoch: number | undefined,
): Int32Array[] {
  const widths = read.map((length) => Math.max(1, length)); // an empty document is one unknown token
  if (epoch === undefined) return inBatches(longestFirst(widths), batchSize);
  const random = createRandom(seed, "batches", epoch);
  const jittered = Float64Array.from(
    widths,
    (width) => width * (1 + LENGTH_JITTER * random.uniform()),
  );
  return shuffle(inBatches(longestFirst(jittered), batchSize), random);
}

/** Rows by falling length, equal lengths by row. */
function longestFirst(lengths: Int32Array | Float64Array): Int32Array {
  return Int32Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
}

function inBatches(rows: Int32Array, batchSize: number): Int32Array[] {
  const count = Math.ceil(rows.length / batchSize);
  return Array.from(
    { length: count },
    (_, at) => rows.slice(at * batchSize, (at + 1) * batchSize),
  );
}

/** Rows of each pass of a batch, which stays whole, in its order, where it fits. */
function splitBatch(rows: Int32Array, read: Int32Array, microTokens: number): Int32Array[] {
  const longest = rows.reduce((most, row) => Math.max(most, read[row]!), 0);
  if (rows.length * longest <= microTokens) return [rows];
  const sorted = rows.toSorted((a, b) => read[a]! - read[b]! || a - b);
  const passes: Int32Array[] = [];
  let start = 0;
  for (let end = 1; end <= sorted.length; end++) {
    const next = sorted[end];
    if (next === undefined || (end - start + 1) * read[next]! > microTokens) {
      passes.push(sorted.slice(start, end));
      start = end;
    }
  }
  return passes;
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
