/**
 * Checkpoint files: safetensors with PyTorch's names, written atomically and durably, streamed tensor
 * by tensor. The header's `sha256` is the digest of the whole file with zeros in the digest's place,
 * so that a single flipped bit anywhere is found.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { IntegrityError, NumericError } from "../../pipeline/errors.ts";
import { openRegular, PIECE_BYTES, readFailure } from "../../pipeline/files/read.ts";
import { encodeHeader, type TensorData } from "../../pipeline/files/safetensors.ts";
import { SafetensorsFile } from "../../pipeline/files/safetensors_file.ts";
import { writeAll, writeAtomicWith } from "../../pipeline/files/write.ts";
import type { Tensor } from "../engine/tf.ts";
import { assignValues, type Weights } from "../layers/weights.ts";
import { isOptimizerState } from "../train/optimizer.ts";
import { parseTrainState, type TrainState } from "../train/train_state.ts";

/** What a checkpoint says beside its tensors: where training stood, and of what, as texts. */
export interface CheckpointFacts {
  readonly metadata: { readonly [key: string]: string };
  /** The digest that it records of itself: its identity. */
  readonly sha256: string;
}

/** What a checkpoint file holds. */
export interface Checkpoint extends CheckpointFacts {
  /** By name: weights under PyTorch's, an optimizer's moments under `optimizer.`. */
  readonly tensors: ReadonlyMap<string, TensorData>;
}

/** A run's checkpoints; `previous` is the one before `last`. */
export const CHECKPOINTS = ["last", "previous", "best"] as const;

/** One of a run's checkpoints. */
export type CheckpointName = typeof CHECKPOINTS[number];

/** Path of one of a run's checkpoints. */
export function checkpointPath(directory: string, name: CheckpointName): string {
  return join(directory, `${name}.safetensors`);
}

/** What stands in front of the digest in the header's JSON. */
const DIGEST_KEY = `"sha256":"`;

/** What stands in the digest's place while it is computed. */
const NO_DIGEST = "0".repeat(64);

/**
 * Writes tensors (all float32) and metadata as one checkpoint file, and returns its digest; the caller
 * keeps the tensors. Where it throws, the old file stands.
 *
 * @param beforeReplacing what is to be done once the new file is whole and the old one still stands.
 * @throws {ResourceError} where it cannot be stored.
 * @throws {NumericError} where a value is not finite: nobody could go on from it.
 */
export async function writeCheckpoint(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: { readonly [key: string]: string },
  beforeReplacing?: () => Promise<void>,
): Promise<string> {
  const layout = [...tensors].map(([name, { shape }]) => [name, { dtype: "F32", shape }] as const);
  const header = encodeHeader(layout, { ...metadata, sha256: NO_DIGEST });
  const bytes = [...tensors.values()].reduce((sum, { size }) => sum + size * 4, header.length);
  let sha256 = "";
  await writeAtomicWith(path, {
    bytes,
    async write(file) {
      const hash = createHash("sha256");
      const writer = new PieceWriter(file, (piece) => hash.update(piece));
      await writer.write(header);
      for (const [name, tensor] of tensors) {
        const values = await tensor.data() as Float32Array;
        requireFinite(path, name, values);
        await writer.write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      }
      await writer.flush();
      sha256 = hash.digest("hex");
      await file.seek(digestOffset(header)!, Deno.SeekMode.Start);
      await writeAll(file, new TextEncoder().encode(sha256));
    },
    isWhole: async (file) => {
      const stored = new SafetensorsFile(file, path);
      return stored.header.metadata.sha256 === sha256 && await digestOf(stored, file) === sha256;
    },
    beforeReplacing,
  });
  return sha256;
}

/**
 * Reads a checkpoint whole, after all of its bytes were seen to be as written.
 *
 * @throws {IntegrityError} where there is none, or any bit of it is not as written, or a value is not
 * finite.
 * @throws {ResourceError} where the system does not let it be read.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  return await withCheckpoint(path, async (file, stored) => {
    const facts = await check(file, stored, path);
    return { ...facts, tensors: new Map(finiteTensors(stored, path)) };
  });
}

/** {@linkcode readCheckpoint} without the tensors: all bytes are checked, none is kept. */
export async function checkCheckpoint(path: string): Promise<CheckpointFacts> {
  return await withCheckpoint(path, async (file, stored) => {
    const facts = await check(file, stored, path);
    finiteTensors(stored, path).forEach(() => {});
    return facts;
  });
}

/** Reads one tensor after the other. Throws {@linkcode IntegrityError} where a value is not finite. */
function* finiteTensors(
  stored: SafetensorsFile,
  path: string,
): Generator<[name: string, tensor: TensorData]> {
  for (const [name, place] of stored.header.tensors) {
    const data = stored.read(place);
    if (firstNotFinite(data) !== undefined) throw damaged(path, `${name} is not finite`);
    yield [name, { dtype: place.dtype, shape: place.shape, data }];
  }
}

/** What a checkpoint says of itself, its tensors unread and unchecked. Throws as {@linkcode readCheckpoint}. */
export async function readCheckpointFacts(path: string): Promise<CheckpointFacts> {
  return await withCheckpoint(path, (_, stored) => Promise.resolve(factsOf(stored, path)));
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
    if (isOptimizerState(name)) continue;
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

/** Where training stood at a checkpoint. Throws {@linkcode IntegrityError} where it does not say so. */
export function trainStateAt(
  { metadata }: Pick<CheckpointFacts, "metadata">,
  path: string,
): TrainState {
  return parseTrainState(metadata.state ?? "", path);
}

/** The error of a checkpoint that is not what it should be. */
export function damaged(path: string, what: string): IntegrityError {
  return new IntegrityError(`reading checkpoint ${path}: ${what}`);
}

/** Opens a checkpoint, its header checked, for as long as `use` takes. */
async function withCheckpoint<T>(
  path: string,
  use: (file: Deno.FsFile, stored: SafetensorsFile) => Promise<T>,
): Promise<T> {
  const refuse = (found: string) => damaged(path, found);
  using file = await openRegular(path, refuse);
  try {
    return await use(file, new SafetensorsFile(file, `checkpoint ${path}`));
  } catch (error) {
    throw readFailure(path, error, refuse);
  }
}

async function check(
  file: Deno.FsFile,
  stored: SafetensorsFile,
  path: string,
): Promise<CheckpointFacts> {
  const facts = factsOf(stored, path);
  if (await digestOf(stored, file) === facts.sha256) return facts;
  throw damaged(path, "its SHA-256 is not the one that it records");
}

function factsOf({ header: { metadata } }: SafetensorsFile, path: string): CheckpointFacts {
  const { sha256 } = metadata;
  if (!/^[0-9a-f]{64}$/.test(sha256 ?? "")) throw damaged(path, "it records no SHA-256 of itself");
  return { metadata, sha256: sha256! };
}

/** SHA-256 of an open checkpoint with zeros in the digest's place. */
async function digestOf({ start }: SafetensorsFile, file: Deno.FsFile): Promise<string> {
  const at = digestOffset(start);
  const blank = start.slice();
  if (at !== undefined) blank.set(new TextEncoder().encode(NO_DIGEST), at);
  const hash = createHash("sha256").update(blank);
  await file.seek(start.length, Deno.SeekMode.Start);
  const piece = new Uint8Array(PIECE_BYTES);
  for (let n: number | null; (n = await file.read(piece)) !== null;) {
    hash.update(piece.subarray(0, n));
  }
  return hash.digest("hex");
}

/** Where in the file the header's digest stands. */
function digestOffset(header: Uint8Array): number | undefined {
  // Latin-1 keeps byte offsets whatever the header holds.
  const at = new TextDecoder("latin1").decode(header).indexOf(DIGEST_KEY);
  return at < 0 ? undefined : at + DIGEST_KEY.length;
}

function requireFinite(path: string, name: string, values: Float32Array): void {
  const at = firstNotFinite(values);
  if (at === undefined) return;
  throw new NumericError(
    `saving ${path}: value ${at} of ${name} is ${values[at]}, expected finite numbers; ` +
      "train anew with a lower optimizer.learningRate",
  );
}

/** Index of the first value that is not finite. */
function firstNotFinite(values: TensorData["data"]): number | undefined {
  if (values instanceof BigInt64Array) return undefined;
  for (let at = 0; at < values.length; at++) {
    if (!Number.isFinite(values[at]!)) return at;
  }
  return undefined;
}

/** Gathers small writes into pieces of some size: a model has hundreds of small tensors. */
class PieceWriter {
  readonly #file: Deno.FsFile;
  readonly #onPiece: (piece: Uint8Array) => void;
  readonly #piece = new Uint8Array(PIECE_BYTES);
  #filled = 0;

  /** @param onPiece told of all bytes, in order. */
  constructor(file: Deno.FsFile, onPiece: (piece: Uint8Array) => void) {
    this.#file = file;
    this.#onPiece = onPiece;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#filled + bytes.length > this.#piece.length) await this.flush();
    if (bytes.length > this.#piece.length) return await this.#put(bytes);
    this.#piece.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  async flush(): Promise<void> {
    const piece = this.#piece.subarray(0, this.#filled);
    this.#filled = 0;
    await this.#put(piece);
  }

  async #put(bytes: Uint8Array): Promise<void> {
    this.#onPiece(bytes);
    await writeAll(this.#file, bytes);
  }
}
