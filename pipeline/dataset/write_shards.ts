/**
 * Shards: the tokens and labels of a split's documents, in files of bounded size. In each,
 * `tokens` I32 and `offsets` I64 are the documents' token ids as compressed rows, `sentences` and
 * `sentence_offsets` likewise the places in a document at which sentences begin, `icd`, `icd_offsets`,
 * `ccs` and `ccs_offsets` its label indices, and `documents` I64 the rows in the split's list.
 *
 * @module
 */
import { writeDigested } from "../files/checksum.ts";
import { encodeSafetensors, type TensorData } from "../files/safetensors.ts";
import type { ManifestShard } from "../manifest.ts";
import { type PerTask, shardFile, type Split, TASKS } from "../schema.ts";
import { joinRows } from "./documents.ts";

/** What a shard holds of one document. */
export interface ShardDocument {
  /** Ids of the vocabulary, and behind these of rare words. */
  readonly tokens: Int32Array;
  /** Places in `tokens` at which sentences begin, rising. */
  readonly sentences: Int32Array;
  /** Label indices: distinct, ascending. */
  readonly labels: PerTask<Int32Array>;
}

/** Size that a shard does not pass, unless a single document does. */
const SHARD_BYTES: number = 64 << 20;

/**
 * Writes a split's documents, in the order of its list, as `shards/{split}-00000.safetensors` and so
 * on. The folder `shards` must exist.
 *
 * @returns the manifest's entries.
 * @throws {ResourceError} where they cannot be stored.
 */
export async function writeShards(
  directory: string,
  split: Split,
  documents: Iterable<ShardDocument>,
  shardBytes: number = SHARD_BYTES,
): Promise<ManifestShard[]> {
  const shards: ManifestShard[] = [];
  let pending: ShardDocument[] = [];
  let pendingBytes = 0;
  let firstRow = 0;
  const flush = async () => {
    const file = shardFile(split, shards.length);
    shards.push({
      ...await writeDigested(directory, file, encodeShard(pending, firstRow)),
      split,
      documents: pending.length,
      tokens: pending.reduce((sum, { tokens }) => sum + tokens.length, 0),
    });
    firstRow += pending.length;
    pending = [];
    pendingBytes = 0;
  };
  for (const document of documents) {
    const bytes = contentBytes(document);
    if (pending.length && pendingBytes + bytes > shardBytes - HEADER_ROOM) await flush();
    pending.push(document);
    pendingBytes += bytes;
  }
  if (pending.length) await flush();
  return shards;
}

/** More than a shard's header and its offsets' last elements take. */
const HEADER_ROOM = 1024;

/** A shard's bytes; `firstRow` is the first document's row in the split's list. */
export function encodeShard(documents: readonly ShardDocument[], firstRow: number): Uint8Array {
  const rows = BigInt64Array.from(documents, (_, at) => BigInt(firstRow + at));
  const tokens = compress(documents.map(({ tokens }) => tokens));
  const sentences = compress(documents.map(({ sentences }) => sentences));
  const tensors: Record<string, TensorData> = {
    tokens: int32(tokens.values),
    offsets: int64(tokens.offsets),
    sentences: int32(sentences.values),
    sentence_offsets: int64(sentences.offsets),
    documents: int64(rows),
  };
  for (const task of TASKS) {
    const labels = compress(documents.map(({ labels }) => labels[task]));
    tensors[task] = int32(labels.values);
    tensors[`${task}_offsets`] = int64(labels.offsets);
  }
  return encodeSafetensors(tensors);
}

/** Bytes of a document's elements in all the tensors of a shard. */
function contentBytes({ tokens, sentences, labels }: ShardDocument): number {
  const lists = [tokens, sentences, ...TASKS.map((task) => labels[task])];
  const row = 8; // bytes, as an offset has
  return lists.reduce((sum, list) => sum + list.byteLength + 8, row);
}

function int32(data: Int32Array): TensorData {
  return { dtype: "I32", shape: [data.length], data };
}

function int64(data: BigInt64Array): TensorData {
  return { dtype: "I64", shape: [data.length], data };
}

/** Compressed rows as safetensors has them: {@linkcode joinRows} with offsets of 64 bits. */
function compress(lists: readonly Int32Array[]): { values: Int32Array; offsets: BigInt64Array } {
  const { indices, offsets } = joinRows(lists);
  return { values: indices, offsets: BigInt64Array.from(offsets, BigInt) };
}
