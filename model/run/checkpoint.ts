/**
 * Checkpoint files: safetensors with PyTorch's names, written atomically and durably, streamed tensor
 * by tensor. The header's `sha256` is the digest of the whole file with zeros in the digest's place,
 * so that a single flipped bit anywhere is found.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { IntegrityError, ResourceError } from "../../pipeline/errors.ts";
import { readAt } from "../../pipeline/files/read.ts";
import {
  decodeSafetensors,
  encodeHeader,
  readHeaderLength,
  type TensorData,
} from "../../pipeline/files/safetensors.ts";
import { writeAll, writeAtomicWith } from "../../pipeline/files/write.ts";
import type { Tensor } from "../engine/tf.ts";
import { assignValues, type Weights } from "../layers/weights.ts";

/** What a checkpoint file holds. */
export interface Checkpoint {
  /** By name: weights under PyTorch's, an optimizer's moments under `optimizer.`. */
  readonly tensors: ReadonlyMap<string, TensorData>;
  /** Where training stood, and of what, as texts. */
  readonly metadata: { readonly [key: string]: string };
}

/** One of a run's checkpoints; `previous` is the one before `last`. */
export type CheckpointName = "best" | "last" | "previous";

/** Path of one of a run's checkpoints. */
export function checkpointPath(directory: string, name: CheckpointName): string {
  return join(directory, `${name}.safetensors`);
}

/** What stands in front of the digest in the header's JSON. */
const DIGEST_KEY = `"sha256":"`;

/** What stands in the digest's place while it is computed. */
const NO_DIGEST = "0".repeat(64);

/** Bytes of the header's length, in front of the header. */
const LENGTH_BYTES = 8;

/**
 * Writes tensors (all float32) and metadata as one checkpoint file; the caller keeps the tensors.
 * Throws `ResourceError`: the old file then stands.
 */
export async function writeCheckpoint(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: { readonly [key: string]: string },
): Promise<void> {
  const layout = [...tensors].map(([name, { shape }]) => [name, { dtype: "F32", shape }] as const);
  const header = encodeHeader(layout, { ...metadata, sha256: NO_DIGEST });
  const total = [...tensors.values()].reduce((sum, { size }) => sum + size * 4, header.length);
  await writeAtomicWith(path, total, async (file) => {
    const hash = createHash("sha256");
    const append = async (bytes: Uint8Array) => {
      hash.update(bytes);
      await writeAll(file, bytes);
    };
    await append(header);
    for (const tensor of tensors.values()) {
      const values = await tensor.data() as Float32Array;
      await append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    await file.seek(digestOffset(header)!, Deno.SeekMode.Start);
    await writeAll(file, new TextEncoder().encode(hash.digest("hex")));
  });
}

/** Reads a checkpoint whole. Throws {@linkcode IntegrityError} when any bit of it is not as written. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const bytes = await Deno.readFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) throw damaged(path, "it does not exist");
    throw new ResourceError(`reading ${path}: ${error.message}`, { cause: error });
  });
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const recorded = metadata.sha256;
  if (recorded === undefined || recorded !== digest(bytes)) {
    throw damaged(path, "its SHA-256 is not the one that it records");
  }
  return { tensors, metadata };
}

/**
 * A checkpoint's metadata alone, without reading or checking its tensors. Throws
 * {@linkcode IntegrityError}.
 */
export async function readCheckpointMetadata(path: string): Promise<Checkpoint["metadata"]> {
  try {
    using file = await Deno.open(path);
    const { size } = await file.stat();
    const prefix = new Uint8Array(LENGTH_BYTES);
    if (!readAt(file, 0, prefix)) throw new Error("cut off");
    const json = new Uint8Array(readHeaderLength(prefix, size, path));
    if (!readAt(file, LENGTH_BYTES, json)) throw new Error("cut off");
    return JSON.parse(new TextDecoder().decode(json)).__metadata__ ?? {};
  } catch {
    throw damaged(path, "its header cannot be read");
  }
}

/**
 * Sets every weight from `tensors`, whose names outside `optimizer.` must be exactly the model's, in
 * the same shapes. Throws {@linkcode IntegrityError} naming the first that is not, before any weight
 * is changed.
 */
export function restoreWeights(
  weights: Weights,
  tensors: ReadonlyMap<string, TensorData>,
  path: string,
): void {
  const own = new Map(weights.all().map((weight) => [weight.name, weight]));
  for (const [name, { shape, dtype }] of tensors) {
    if (name.startsWith("optimizer.")) continue;
    const expected = own.get(name)?.variable.shape;
    if (!expected) throw damaged(path, `it holds ${name}, which the model does not have`);
    if (dtype !== "F32" || String(shape) !== String(expected)) {
      throw damaged(path, `${name} is ${dtype} [${shape}], the model's F32 [${expected}]`);
    }
  }
  for (const name of own.keys()) {
    if (!tensors.has(name)) throw damaged(path, `it lacks ${name}`);
  }
  for (const [name, weight] of own) assignValues(weight, tensors.get(name)!.data as Float32Array);
}

/** SHA-256 of a checkpoint's bytes with zeros in the digest's place; undefined where there is no such place. */
function digest(bytes: Uint8Array): string | undefined {
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const at = digestOffset(bytes.subarray(0, LENGTH_BYTES + headerLength));
  if (at === undefined) return undefined;
  return createHash("sha256")
    .update(bytes.subarray(0, at))
    .update(NO_DIGEST)
    .update(bytes.subarray(at + NO_DIGEST.length))
    .digest("hex");
}

/** Where in the file the header's digest stands. */
function digestOffset(header: Uint8Array): number | undefined {
  // Latin-1 keeps byte offsets whatever the header holds.
  const at = new TextDecoder("latin1").decode(header).indexOf(DIGEST_KEY);
  return at < 0 ? undefined : at + DIGEST_KEY.length;
}

function damaged(path: string, what: string): IntegrityError {
  return new IntegrityError(
    `reading checkpoint ${path}: ${what}; go on from another checkpoint (--resume previous), ` +
      `or train anew with another --out`,
  );
}
