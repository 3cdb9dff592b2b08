/**
 * Files of a dataset directory against the SHA-256 that its manifest names.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { IntegrityError } from "../errors.ts";
import type { ManifestFile } from "../schema.ts";

const CHUNK_BYTES = 1 << 20;

/** SHA-256 of some bytes, or of a text's UTF-8, hexadecimal. */
export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * Reads a whole file.
 *
 * @throws {IntegrityError} where it is missing, linked from elsewhere, or not the bytes that the
 * manifest names.
 */
export async function readChecked(directory: string, file: ManifestFile): Promise<Uint8Array> {
  const path = await locate(directory, file);
  const bytes = await Deno.readFile(path);
  if (sha256(bytes) !== file.sha256) refuse(path, "other bytes than the manifest names");
  return bytes;
}

/**
 * Opens a file for reading after checking all of its bytes, a piece at a time. The caller closes it.
 *
 * @throws {IntegrityError} as {@linkcode readChecked}.
 */
export async function openChecked(directory: string, file: ManifestFile): Promise<Deno.FsFile> {
  const path = await locate(directory, file);
  const open = await Deno.open(path, { read: true });
  try {
    const hash = createHash("sha256");
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let n: number | null; (n = await open.read(chunk)) !== null;) {
      hash.update(chunk.subarray(0, n));
    }
    if (hash.digest("hex") !== file.sha256) refuse(path, "other bytes than the manifest names");
    return open;
  } catch (error) {
    open.close();
    throw error;
  }
}

/** Path of a file that is there, is no link, and has the manifest's size. */
async function locate(directory: string, file: ManifestFile): Promise<string> {
  const path = join(directory, file.file);
  let found: Deno.FileInfo;
  try {
    found = await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) refuse(path, "no such file");
    throw error;
  }
  if (!found.isFile) refuse(path, "not a regular file");
  if (found.size !== file.bytes) refuse(path, `${found.size} bytes instead of ${file.bytes}`);
  return path;
}

function refuse(path: string, found: string): never {
  throw new IntegrityError(
    `reading ${path}: ${found}; expected the file that deno task prepare wrote; prepare again`,
  );
}
