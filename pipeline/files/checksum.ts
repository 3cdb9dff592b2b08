/**
 * SHA-256 of files.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { PIECE_BYTES } from "./read.ts";
import { writeAll, writeAtomic, writeAtomicWith } from "./write.ts";

/** What tells a file's content from any other: where it lies, its size and its digest. */
export interface FileDigest {
  /** Path below the folder that it is listed for, such as `labels/icd.csv`. */
  readonly file: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** SHA-256 of the content, hexadecimal. */
  readonly sha256: string;
}

/** SHA-256 of some bytes, or of a text's UTF-8, hexadecimal. */
export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** SHA-256 of a file, hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  using file = await Deno.open(path);
  return await hashRest(file);
}

/** SHA-256 of what an open file holds from its position on, hexadecimal; read a piece at a time. */
export async function hashRest(file: Deno.FsFile): Promise<string> {
  const hash = createHash("sha256");
  const piece = new Uint8Array(PIECE_BYTES);
  for (let n: number | null; (n = await file.read(piece)) !== null;) {
    hash.update(piece.subarray(0, n));
  }
  return hash.digest("hex");
}

/**
 * Writes a file into a directory, atomically and durably.
 *
 * @throws {ResourceError} where it cannot be stored.
 */
export async function writeDigested(
  directory: string,
  file: string,
  content: string | Uint8Array,
): Promise<FileDigest> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await writeAtomic(join(directory, file), bytes);
  return { file, bytes: bytes.length, sha256: sha256(bytes) };
}

/**
 * {@linkcode writeDigested} of content that comes in pieces, one behind the other.
 *
 * @throws {ResourceError} where it cannot be stored.
 */
export async function writePieces(
  directory: string,
  file: string,
  pieces: Iterable<Uint8Array>,
): Promise<FileDigest> {
  const hash = createHash("sha256");
  let bytes = 0;
  let digest = "";
  await writeAtomicWith(join(directory, file), {
    get bytes() {
      return bytes;
    },
    async write(target) {
      for (const block of inBlocks(pieces)) {
        hash.update(block);
        bytes += block.length;
        await writeAll(target, block);
      }
      digest = hash.digest("hex");
    },
    async isWhole(target) {
      await target.seek(0, Deno.SeekMode.Start);
      return await hashRest(target) === digest;
    },
  });
  return { file, bytes, sha256: digest };
}

/** Small pieces together, large ones alone; a block is overwritten by the next. */
function* inBlocks(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  const block = new Uint8Array(PIECE_BYTES);
  let used = 0;
  for (const piece of pieces) {
    if (used + piece.length > block.length) {
      yield block.subarray(0, used);
      used = 0;
    }
    if (piece.length > block.length) {
      yield piece;
      continue;
    }
    block.set(piece, used);
    used += piece.length;
  }
  yield block.subarray(0, used);
}
