/**
 * Files out of a zip archive, each held against its checksum.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import yauzl from "yauzl";

/** What of `yauzl`, which has no types of its own, is used here. */
interface Archive {
  eachEntry(): AsyncIterable<ArchivedFile>;
  openReadStreamPromise(entry: ArchivedFile): Promise<Readable>;
  close(): void;
}

interface ArchivedFile {
  readonly fileName: string;
  readonly crc32: number;
  /** As the archive has it; more is refused while it is unpacked. */
  readonly uncompressedSize: number;
}

/** The largest file that is unpacked: a small archive can claim, and hold, any number of bytes. */
const MOST_BYTES = 64 << 20;

/**
 * The wanted files of a zip archive, by their paths in it.
 *
 * @throws {Error} where the archive or one of these files is damaged, or two have one name.
 * @throws {RangeError} where one of them is larger than 64 MiB, before it is unpacked.
 */
export async function readZip(
  path: string,
  isWanted: (name: string) => boolean,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const options = { autoClose: false, lazyEntries: true };
  const archive = await yauzl.openPromise(path, options) as Archive;
  const files = new Map<string, Uint8Array>();
  try {
    for await (const entry of archive.eachEntry()) {
      if (!isWanted(entry.fileName)) continue;
      if (files.has(entry.fileName)) throw new Error("two files of one name");
      if (entry.uncompressedSize > MOST_BYTES) throw new RangeError("a file of over 64 MiB");
      const parts: Uint8Array[] = [];
      for await (const part of await archive.openReadStreamPromise(entry)) parts.push(part);
      const bytes = Buffer.concat(parts);
      if (crc32(bytes) !== entry.crc32) throw new Error("a checksum is wrong");
      files.set(entry.fileName, new Uint8Array(bytes));
    }
  } finally {
    archive.close();
  }
  return files;
}
