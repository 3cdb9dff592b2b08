/**
 * Durable writes: a temporary file beside the target, fsync, a look at what was stored, rename, fsync
 * of the directory. A reader sees the old content or the new, whole, at any moment.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { basename, dirname, join } from "node:path";
import { firstLine, ReportedError, ResourceError, UsageError } from "../errors.ts";
import {
  exists,
  listFolder,
  openRegular,
  PIECE_BYTES,
  readAt,
  type Refusal,
  requireFolder,
} from "./read.ts";

/** Bytes of the longest name, with what is added to it while the file is written. */
const LONGEST_NAME = 240;

/** Bytes of a file by which it is told what it is. */
const LOOKED_AT = 256;

/** What a new directory takes, for messages. */
const DIRECTORY_BYTES = 4096;

/** How a file is written whose content is too large to be held at once. */
export interface AtomicWrite {
  /** Bytes that it takes, for messages. */
  readonly bytes: number;
  /** Fills the temporary file. */
  readonly write: (file: Deno.FsFile) => Promise<void>;
  /** Whether the temporary file, read back, holds what was written. */
  readonly isWhole: (file: Deno.FsFile) => boolean | Promise<boolean>;
  /** Whether the file is its owner's alone, from its first byte on. */
  readonly isPrivate?: boolean | undefined;
  /** What is left to do once the new file is whole and the old one still stands. */
  readonly beforeReplacing?: (() => Promise<void>) | undefined;
}

/** Writes `content` to `path` atomically and durably. Throws {@linkcode ResourceError}. */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await writeBytes(path, content, false);
}

/**
 * {@linkcode writeAtomic} of a file that is its owner's alone, and is made under a name that is known
 * before: `NAME.making`. Throws {@linkcode ResourceError}.
 */
export async function writePrivate(path: string, content: string): Promise<void> {
  await writeBytes(path, content, true);
}

async function writeBytes(
  path: string,
  content: string | Uint8Array,
  isPrivate: boolean,
): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await writeAtomicWith(path, {
    bytes: bytes.length,
    write: (file) => writeAll(file, bytes),
    isWhole: (file) => holds(file, bytes),
    isPrivate,
  });
}

/**
 * Lets `write` fill the temporary file, reads it back, then puts it in `path`'s place: nothing is
 * replaced by what was not seen to be whole. Throws {@linkcode ResourceError}, and what the functions
 * of `content` throw.
 */
export async function writeAtomicWith(path: string, content: AtomicWrite): Promise<void> {
  const temporary = content.isPrivate ? draftPath(path) : temporaryPath(path);
  try {
    using file = content.isPrivate ? await openPrivate(temporary) : await Deno.open(temporary, {
      read: true,
      write: true,
      create: true,
      truncate: true,
    });
    await content.write(file);
    await file.sync();
    if (!await content.isWhole(file)) throw new Error("it is not read back as it was written");
    await content.beforeReplacing?.();
    await Deno.rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw writeFailure(path, content.bytes, error);
  }
}

/** Where a file lies while it is written. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${Deno.pid}.tmp`);
}

/** A new file of its owner's alone; what a killed process left in its place is removed. */
async function openPrivate(path: string): Promise<Deno.FsFile> {
  await Deno.remove(path).catch(() => {});
  return await Deno.open(path, { read: true, write: true, createNew: true, mode: 0o600 });
}

/** The name of the file that one called `name` is the unfinished write of; undefined if of none. */
export function unfinishedWriteOf(name: string): string | undefined {
  return /^\.(.+)\.\d+\.tmp$/.exec(name)?.[1];
}

/** The path of a file itself; of an unfinished write, the path of the file that it was to become. */
export function writtenPath(path: string): string {
  return join(dirname(path), unfinishedWriteOf(basename(path)) ?? basename(path));
}

/**
 * Removes unfinished writes of killed processes from a folder: of the files whose names `isOurs`
 * knows. Throws {@linkcode ResourceError}.
 */
export async function removeUnfinished(
  folder: string,
  isOurs: (name: string) => boolean,
): Promise<void> {
  const none = (found: string) =>
    new UsageError(`clearing ${folder}: ${found}; expected a folder, or nothing; move it away`);
  for (const { name } of await exists(folder) ? await listFolder(folder, none) : []) {
    const written = unfinishedWriteOf(name);
    if (written === undefined || !isOurs(written)) continue;
    const path = join(folder, name);
    await Deno.remove(path).catch((error) => {
      throw writeFailure(path, 0, error);
    });
  }
}

/** Whether a file holds these bytes and no others. */
function holds(file: Deno.FsFile, bytes: Uint8Array): boolean {
  if (file.statSync().size !== bytes.length) return false;
  const piece = new Uint8Array(Math.min(PIECE_BYTES, bytes.length));
  for (let at = 0; at < bytes.length; at += piece.length) {
    const expected = bytes.subarray(at, at + piece.length);
    const read = piece.subarray(0, expected.length);
    if (!readAt(file, at, read) || Buffer.compare(read, expected) !== 0) return false;
  }
  return true;
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

/**
 * Refuses to add to an open file whose name was removed: what is written there is lost when it is closed.
 * Throws {@linkcode ResourceError}.
 */
export function requireNamed(file: Deno.FsFile, path: string): void {
  if (file.statSync().nlink !== 0) return;
  throw new ResourceError(
    `appending to ${path}: it was removed meanwhile; expected the file as it was opened; start this ` +
      "command again",
  );
}

/**
 * Makes a directory, and those above it, where they are missing. Throws {@linkcode UsageError} where
 * something else lies there or above it, and {@linkcode ResourceError}.
 */
export async function makeDirectory(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true }).catch((error) => {
    throw isOtherThing(error) ? noFolder(path) : writeFailure(path, DIRECTORY_BYTES, error);
  });
}

/** Whether no folder can be made because of what lies there, and not of the disk. */
function isOtherThing(error: unknown): boolean {
  return error instanceof Deno.errors.AlreadyExists ||
    error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.FilesystemLoop ||
    (error as { code?: unknown }).code === "ENAMETOOLONG";
}

function noFolder(path: string): UsageError {
  return new UsageError(
    `writing ${path}: no folder can have this name, or a file, link or device lies there or above it; ` +
      "expected a new folder; choose another",
  );
}

/**
 * Refuses a place at which no file may be put: one where there is anything else, be it a device, a pipe
 * or a link to nothing, which a rename would replace. Throws {@linkcode UsageError}, and
 * {@linkcode ResourceError} where the system does not let it be looked at.
 *
 * @param start how a file that may be replaced or added to begins; any may without it.
 */
export async function requireFilePlace(path: string, start = ""): Promise<void> {
  const refuse = (found: string) =>
    new UsageError(`writing ${path}: ${found}; expected a file, or nothing; choose another`);
  if (await exists(path)) {
    if (!await begins(path, start, refuse)) {
      throw refuse("it is another file, which stays as it is");
    }
    return;
  }
  const folder = dirname(path) || ".";
  await requireFolder(folder, (found) => refuse(`its folder: ${found}`));
  if (new TextEncoder().encode(basename(path)).length > LONGEST_NAME) {
    throw refuse("it is a name that no file can have");
  }
}

/** Whether a regular file is empty or begins with a text, behind blanks. */
async function begins(path: string, start: string, refuse: Refusal): Promise<boolean> {
  using file = await openRegular(path, refuse);
  const found = new Uint8Array(Math.min(file.statSync().size, LOOKED_AT));
  readAt(file, 0, found);
  return found.length === 0 || new TextDecoder().decode(found).trimStart().startsWith(start);
}

/** Where a private file, or one that native code writes, lies until it is whole. */
export function draftPath(path: string): string {
  return `${path}.making`;
}

/** Removes a file's name, if it still has one. */
export function removeName(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Removes a folder with all that it holds, or a file, if it is there. Throws what the system says. */
export async function removeTree(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

/** Flushes a directory's entries, so that a rename survives power loss. */
export async function syncDirectory(path: string): Promise<void> {
  if (Deno.build.os === "windows") return; // directories cannot be opened there
  using directory = await Deno.open(path, { read: true });
  await directory.sync();
}

/**
 * The one-line error of a failed write: path, bytes needed, the system's reason, remedy; or that a folder
 * lies there. A {@linkcode ReportedError} stays what it is.
 */
export function writeFailure(path: string, bytes: number, cause: unknown): ReportedError {
  if (cause instanceof ReportedError) return cause;
  if (cause instanceof Deno.errors.IsADirectory) {
    return new UsageError(
      `writing ${path}: a folder lies there; expected a file, or nothing; move it away`,
    );
  }
  return new ResourceError(
    `writing ${path}: ${bytes} bytes could not be stored (${firstLine(cause)}); ` +
      `free space or make the folder writable, then run again`,
    { cause },
  );
}
