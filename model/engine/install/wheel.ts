/**
 * Takes single files out of a wheel (a zip file) without holding it in memory.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import yauzl from "yauzl";
import { IntegrityError } from "../../../pipeline/errors.ts";
import type { Meter } from "../../../pipeline/progress.ts";

/** A file that was taken out of a wheel, by which its copy is checked. */
export interface Unpacked {
  /** In the wheel, and below the folder that it was unpacked into. */
  readonly path: string;
  readonly bytes: number;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
}

/** What of `yauzl`, which has no types of its own, is used here. */
interface ZipFile {
  eachEntry(): AsyncIterable<ZipEntry>;
  openReadStreamPromise(entry: ZipEntry): Promise<Readable>;
  close(): void;
}

interface ZipEntry {
  fileName: string;
  uncompressedSize: number;
}

/** How the paths of the headers begin that the addon includes. */
const HEADERS = [
  "tensorflow/c/",
  "tensorflow/core/common_runtime/next_pluggable_device/c/",
  "tensorflow/core/platform/ctstring",
  "tensorflow/core/public/",
  "tsl/platform/",
  "xla/tsl/c/",
].map((path) => `tensorflow/include/${path}`);

/**
 * Whether the file at `path` in a wheel is needed: TensorFlow's two libraries, the headers of its C
 * API, and all libraries of the NVIDIA wheels.
 */
export function isNeeded(path: string): boolean {
  if (path.endsWith("/")) return false;
  if (/^tensorflow\/libtensorflow_(cc|framework)[.\w]*$/.test(path)) return true;
  if (/^nvidia\/\w+\/lib\/[^/]+\.so[.\d]*$/.test(path)) return true;
  return path.endsWith(".h") && HEADERS.some((prefix) => path.startsWith(prefix));
}

/**
 * Unpacks what is needed of `wheel` into `directory`; `meter` hears how many bytes are written.
 * Throws {@linkcode IntegrityError} when the zip file is malformed or a path would leave the
 * directory.
 */
export async function unpackWheel(
  wheel: string,
  directory: string,
  meter?: Meter,
): Promise<Unpacked[]> {
  const unpacked: Unpacked[] = [];
  let written = 0;
  await eachNeeded(wheel, async (entry, zip) => {
    const target = join(directory, entry.fileName);
    await mkdir(dirname(target), { recursive: true });
    const sha256 = createHash("sha256");
    const observer = new Transform({
      transform(chunk, _encoding, done) {
        sha256.update(chunk);
        meter?.reach(written += chunk.length);
        done(null, chunk);
      },
    });
    await pipeline(await zip.openReadStreamPromise(entry), observer, createWriteStream(target));
    unpacked.push({
      path: entry.fileName,
      bytes: entry.uncompressedSize,
      sha256: sha256.digest("hex"),
    });
  });
  return unpacked;
}

/** Bytes that {@linkcode unpackWheel} would write. */
export async function unpackedSize(wheel: string): Promise<number> {
  let bytes = 0;
  await eachNeeded(wheel, (entry) => {
    bytes += entry.uncompressedSize;
  });
  return bytes;
}

async function eachNeeded(
  wheel: string,
  work: (entry: ZipEntry, zip: ZipFile) => Promise<void> | void,
): Promise<void> {
  let zip: ZipFile | undefined;
  try {
    zip = await yauzl.openPromise(wheel, { autoClose: false, lazyEntries: true }) as ZipFile;
    for await (const entry of zip.eachEntry()) { // refuses absolute paths and `..`
      if (isNeeded(entry.fileName)) await work(entry, zip);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith("E")) throw error; // the disk's fault
    throw new IntegrityError(
      `unpacking ${wheel}: not a whole zip file (${message}); remove it and run again`,
      { cause: error },
    );
  } finally {
    zip?.close();
  }
}
