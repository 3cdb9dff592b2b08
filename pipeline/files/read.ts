/**
 * Reads of files and of what is there.
 *
 * @module
 */
import { firstLine, ReportedError, ResourceError } from "../errors.ts";

/** Bytes of a large file that are looked at in one go. */
export const PIECE_BYTES = 1 << 20;

/** The error where no regular file can be had; `found` is a clause: `it does not exist`, `it is a folder`. */
export type Refusal = (found: string) => ReportedError;

/** Whether there is anything at `path`: a file, a folder, or a link, wherever it leads. */
export function exists(path: string): Promise<boolean> {
  return Deno.lstat(path).then(() => true, () => false);
}

/** Throws where {@linkcode openRegular} would. */
export async function requireRegular(path: string, refuse: Refusal): Promise<void> {
  (await openRegular(path, refuse)).close();
}

/** Whether `path` is a folder, or a link to one; throws as {@linkcode openRegular} where there is nothing. */
export async function isFolder(path: string, refuse: Refusal): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    throw readFailure(path, error, refuse);
  }
}

/** Throws as {@linkcode openRegular} where `path` is no folder, and no link to one. */
export async function requireFolder(path: string, refuse: Refusal): Promise<void> {
  try {
    const found = await Deno.stat(path);
    if (!found.isDirectory) throw refuse(describeKind(found));
  } catch (error) {
    throw readFailure(path, error, refuse);
  }
}

/** Whether there is a file at `path`, or a link that leads to one. */
export function isFile(path: string): Promise<boolean> {
  return Deno.stat(path).then((found) => found.isFile, () => false);
}

/**
 * Opens a regular file for reading; a pipe, which might never give a byte, is none. The caller closes
 * it.
 *
 * @throws {ResourceError} where the file is there and the system does not let it be read; where it is
 * no file, what `refuse` makes.
 */
export async function openRegular(path: string, refuse: Refusal): Promise<Deno.FsFile> {
  try {
    const found = await Deno.stat(path);
    if (!found.isFile) throw refuse(describeKind(found));
    return await Deno.open(path, { read: true });
  } catch (error) {
    throw readFailure(path, error, refuse);
  }
}

/** All bytes of a regular file. Throws as {@linkcode openRegular}. */
export async function readRegular(path: string, refuse: Refusal): Promise<Uint8Array<ArrayBuffer>> {
  using file = await openRegular(path, refuse);
  try {
    const { size } = await file.stat();
    const bytes = new Uint8Array(size);
    if (!readAt(file, 0, bytes)) throw refuse("it grows shorter while it is read");
    return bytes;
  } catch (error) {
    throw readFailure(path, error, refuse);
  }
}

/** The text of a regular file, which must be UTF-8. Throws as {@linkcode openRegular}. */
export async function readText(path: string, refuse: Refusal): Promise<string> {
  const bytes = await readRegular(path, refuse);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refuse("it is not UTF-8");
  }
}

/**
 * The names in a folder, in the system's order; those that operating systems drop into folders aside.
 * Throws as {@linkcode openRegular}.
 */
export async function listFolder(path: string, refuse: Refusal): Promise<Deno.DirEntry[]> {
  return (await listEverything(path, refuse)).filter(({ name }) => !isDropping(name));
}

/** All names in a folder, in the system's order. Throws as {@linkcode openRegular}. */
export async function listEverything(path: string, refuse: Refusal): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotADirectory) throw refuse("it is no folder");
    throw readFailure(path, error, refuse);
  }
}

const DROPPINGS = [
  /^(?:\.DS_Store|\.localized|\.AppleDouble|\.Spotlight-V100|\.fseventsd|Icon\r|\._.*)$/i, // macOS
  /^(?:Thumbs\.db|ehthumbs(?:_vista)?\.db|desktop\.ini)$/i, // Windows
  /^(?:\.directory|lost\+found|\.nfs[0-9a-f]+|\.fuse_hidden[0-9a-f]+|@eaDir)$/i, // Linux, and on networks
  /^(?:\.~lock\..*#|~\$.*)$/, // a table that is open in an office program
];

/** Whether a system or a program, and no person, puts a file of this name into folders. */
export function isDropping(name: string): boolean {
  return DROPPINGS.some((names) => names.test(name));
}

/** What an unchanged file keeps: one that takes its place, or is written to, differs in some of it. */
export interface FileIdentity {
  /** Device and inode. */
  readonly place: string;
  /** In bytes. */
  readonly size: number;
  /** When it was last written to, in milliseconds since 1970. */
  readonly modified: number;
}

/** The identity of an open file. */
export function identify(file: Deno.FsFile): FileIdentity {
  const { dev, ino, size, mtime } = file.statSync();
  return { place: `${dev}:${ino}`, size, modified: mtime?.getTime() ?? 0 };
}

/** Whether two identities are those of one file, not written to in between. */
export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.place === b.place && a.size === b.size && a.modified === b.modified;
}

/** Fills `bytes` from byte `at` of a file; whether it is long enough. */
export function readAt(file: Deno.FsFile, at: number, bytes: Uint8Array): boolean {
  file.seekSync(at, Deno.SeekMode.Start);
  for (let done = 0; done < bytes.length;) {
    const read = file.readSync(bytes.subarray(done));
    if (read === null) return false;
    done += read;
  }
  return true;
}

/**
 * The one-line error of a failed read: what `refuse` makes where there is nothing to be read, else a
 * {@linkcode ResourceError} with the system's reason. A {@linkcode ReportedError} stays what it is.
 */
export function readFailure(path: string, error: unknown, refuse: Refusal): ReportedError {
  if (error instanceof ReportedError) return error;
  const found = path === "" ? "it is an empty name" : absence(path, error);
  if (found !== undefined) return refuse(found);
  return new ResourceError(
    `reading ${path}: ${firstLine(error)}; make it readable, or mend what it lies on, then run ` +
      "again",
    { cause: error },
  );
}

/** Why there is nothing at a path that could be read, in words; undefined where it might be. */
function absence(path: string, error: unknown): string | undefined {
  if (error instanceof Deno.errors.NotFound && path.includes("\ufffd")) {
    return "it is a name that is not UTF-8"; // the command line has lost what it was
  }
  if (error instanceof Deno.errors.NotFound) return "it does not exist";
  if (error instanceof Deno.errors.NotADirectory) return "it does not exist";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (error instanceof Deno.errors.FilesystemLoop) return "it is a link that leads to itself";
  if (error instanceof Deno.errors.NotCapable) return "it is out of this command's bounds";
  const code = (error as { code?: unknown }).code;
  if (code === "ENAMETOOLONG" || code === "EINVAL") return "it is a name that no file can have";
  return undefined;
}

function describeKind({ isDirectory, isFile, isFifo, isSocket }: Deno.FileInfo): string {
  if (isDirectory) return "it is a folder";
  if (isFile) return "it is a file";
  if (isFifo) return "it is a pipe";
  return isSocket ? "it is a socket" : "it is a device";
}
