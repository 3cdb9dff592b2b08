/**
 * Shards: the tokens and labels of a split's documents, in files of bounded size. In each,
 * `tokens` I32 and `offsets` I64 are the documents' token ids as compressed rows, `icd`,
 * `icd_offsets`, `ccs` and `ccs_offsets` likewise their ascending label indices, and `documents` I64
 * their rows in the split's list.
 *
 * @module
 */
import { join } from "node:path";
import { writeAtomic } from "../files/write.ts";
import { sha256 } from "../files/checksum.ts";
import { encodeSafetensors } from "../files/safetensors.ts";
import type { ManifestShard, Split } from "../schema.ts";

/** What a shard holds of one document. */
export interface ShardDocument {
  /** Token ids. */
  readonly tokens: Int32Array;
  /** Ascending ICD label indices. */
  readonly icd: Int32Array;
  /** Ascending CCS label indices. */
  readonly ccs: Int32Array;
}

/** Size that a shard does not pass, unless a single document does. */
export const SHARD_BYTES: number = 64 << 20;

/** Path of a shard inside the dataset directory. */
export function shardPath(split: Split, number: number): string {
  return `shards/${split}-${String(number).padStart(5, "0")}.safetensors`;
}

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
  let pending: ShardDocument[] = [], pendingBytes = 0, firstRow = 0;
  const flush = async () => {
    const file = shardPath(split, shards.length);
    const bytes = encodeShard(pending, firstRow);
    await writeAtomic(join(directory, file), bytes);
    const tokens = pending.reduce((sum, { tokens }) => sum + tokens.length, 0);
    const digest = { file, bytes: bytes.length, sha256: sha256(bytes) };
    shards.push({ ...digest, split, documents: pending.length, tokens });
    firstRow += pending.length;
    pending = [], pendingBytes = 0;
  };
  for (const document of documents) {
    const { tokens, icd, ccs } = document;
    const bytes = tokens.byteLength + icd.byteLength + ccs.byteLength + 4 * 8;
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
  const icd = compress(documents.map(({ icd }) => icd));
  const ccs = compress(documents.map(({ ccs }) => ccs));
  const int32 = (data: Int32Array) => ({ dtype: "I32", shape: [data.length], data }) as const;
  const int64 = (data: BigInt64Array) => ({ dtype: "I64", shape: [data.length], data }) as const;
  return encodeSafetensors({
    tokens: int32(tokens.values),
    offsets: int64(tokens.offsets),
    documents: int64(rows),
    icd: int32(icd.values),
    icd_offsets: int64(icd.offsets),
    ccs: int32(ccs.values),
    ccs_offsets: int64(ccs.offsets),
  });
}

function compress(lists: readonly Int32Array[]): { values: Int32Array; offsets: BigInt64Array } {
  const offsets = new BigInt64Array(lists.length + 1);
  const values = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let end = 0;
  lists.forEach((list, at) => {
    values.set(list, end);
    end += list.length;
    offsets[at + 1] = BigInt(end);
  });
  return { values, offsets };
}
