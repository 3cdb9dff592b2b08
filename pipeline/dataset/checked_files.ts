/**
 * Files of a dataset directory against the size and SHA-256 that its manifest names.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { IntegrityError } from "../errors.ts";
import { type FileDigest, hashRest, sha256 } from "../files/checksum.ts";
import { openRegular, readFailure, readRegular } from "../files/read.ts";

const OTHER_BYTES = "other bytes than the manifest names";

/**
 * Reads a whole file.
 *
 * @throws {IntegrityError} where it is missing, linked from elsewhere, or not the bytes that the
 * manifest names.
 * @throws {ResourceError} where the system does not let it be read.
 */
export async function readChecked(directory: string, file: FileDigest): Promise<Uint8Array> {
  const path = await locate(directory, file);
  const bytes = await readRegular(path, (found) => damagedFile(path, found));
  if (sha256(bytes) !== file.sha256) throw damagedFile(path, OTHER_BYTES);
  return bytes;
}

/**
 * Opens a file for reading after checking all of its bytes. The caller closes it.
 *
 * @throws {IntegrityError} as {@linkcode readChecked}.
 */
export async function openChecked(directory: string, file: FileDigest): Promise<Deno.FsFile> {
  const path = await locate(directory, file);
  const refuse = (found: string) => damagedFile(path, found);
  const open = await openRegular(path, refuse);
  try {
    if (await hashRest(open) !== file.sha256) throw refuse(OTHER_BYTES);
    return open;
  } catch (error) {
    open.close();
    throw readFailure(path, error, refuse);
  }
}

/** The error of a dataset directory in which `path` is not as `prepare` writes it. */
export function damagedFile(
  path: string,
  found: string,
  expected = "the file that deno task prepare wrote",
): IntegrityError {
  return new IntegrityError(`reading ${path}: ${found}; expected ${expected}; prepare again`);
}

/** Path of a file that is there, lies behind no link, and has the manifest's size. */
async function locate(directory: string, file: FileDigest): Promise<string> {
  const path = join(directory, file.file);
  const inspect = (path: string) =>
    Deno.lstat(path).catch((error) => {
      throw readFailure(path, error, (found) => damagedFile(path, found));
    });
  const folder = dirname(file.file);
  if (folder !== "." && (await inspect(join(directory, folder))).isSymlink) {
    throw damagedFile(path, "in a folder that is a link");
  }
  const found = await inspect(path);
  if (!found.isFile) throw damagedFile(path, "not a regular file");
  if (found.size !== file.bytes) {
    throw damagedFile(path, `${found.size} bytes instead of ${file.bytes}`);
  }
  return path;
}
