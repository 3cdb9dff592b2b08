/**
 * Durable writes: a temporary file beside the target, fsync, rename, fsync of the directory. A reader
 * sees the old content or the new, whole, at any moment.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { ResourceError } from "../errors.ts";

/** What a new directory takes, for messages. */
const DIRECTORY_BYTES = 4096;

/** Writes `content` to `path` atomically and durably. Throws {@linkcode ResourceError}. */
export function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return writeAtomicWith(path, bytes.length, (file) => writeAll(file, bytes));
}

/**
 * Lets `write` fill the temporary file, then puts it in `path`'s place: for content too large to be
 * held at once. `bytes` is how much it will be, for messages. Throws {@linkcode ResourceError}.
 */
export async function writeAtomicWith(
  path: string,
  bytes: number,
  write: (file: Deno.FsFile) => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${Deno.pid}.tmp`);
  try {
    using file = await Deno.open(temporary, { write: true, create: true, truncate: true });
    await write(file);
    await file.sync();
    await Deno.rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw writeFailure(path, bytes, error);
  }
}

/** Writes all of `bytes` at the file's position. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

/** {@linkcode writeAll} in one go. Throws {@linkcode ResourceError} that names `path`. */
export function writeAllSync(file: Deno.FsFile, bytes: Uint8Array, path: string): void {
  try {
    for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
  } catch (error) {
    throw writeFailure(path, bytes.length, error);
  }
}

/** Makes a directory, and those above it, where they are missing. Throws {@linkcode ResourceError}. */
export async function makeDirectory(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true }).catch((error) => {
    throw writeFailure(path, DIRECTORY_BYTES, error);
  });
}

/** Removes a file's name, if it still has one. */
export function removeName(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Flushes a directory's entries, so that a rename survives power loss. */
export async function syncDirectory(path: string): Promise<void> {
  if (Deno.build.os === "windows") return; // directories cannot be opened there
  using directory = await Deno.open(path, { read: true });
  await directory.sync();
}

/** The one-line error of a failed write: path, bytes needed, the system's reason, remedy. */
export function writeFailure(path: string, bytes: number, cause: unknown): ResourceError {
  const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
  return new ResourceError(
    `writing ${path}: ${bytes} bytes could not be stored (${reason}); ` +
      `free space or make the folder writable, then run again`,
    { cause },
  );
}
