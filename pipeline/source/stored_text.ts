/**
 * A file of the user's as it lies on disk: what it is told by its first bytes, and its text, whatever
 * compresses it.
 *
 * @module
 */
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DataError } from "../errors.ts";
import { joinArrays } from "../files/arrays.ts";
import { openRegular, PIECE_BYTES, readAt, readFailure } from "../files/read.ts";

/** A file that was looked at. */
export interface StoredFile {
  /** Where it lies: absolute, links followed. All readers open this, so that they read one file. */
  readonly location: string;
  /** Size as stored, in bytes. */
  readonly bytes: number;
  /** When it was last written, in milliseconds since 1970; null where the system does not say. */
  readonly modified: number | null;
  /** Whether its bytes are a gzip stream. */
  readonly gzip: boolean;
  /** Whether it is a gzip stream with zeros behind, as tape and block devices leave them. */
  readonly padded: boolean;
  /** Its first bytes, not compressed: all of a shorter file's. */
  readonly start: Uint8Array;
}

/** First bytes of what is no text → what it is, and what makes text of it. */
const OTHERS: readonly [bytes: readonly number[], is: string, remedy: string][] = [
  [[0xff, 0xfe, 0, 0], "UTF-32 text", "convert it with iconv -f UTF-32 -t UTF-8"],
  [[0, 0, 0xfe, 0xff], "UTF-32 text", "convert it with iconv -f UTF-32 -t UTF-8"],
  [[0xff, 0xfe], "UTF-16 text", "convert it with iconv -f UTF-16 -t UTF-8"],
  [[0xfe, 0xff], "UTF-16 text", "convert it with iconv -f UTF-16 -t UTF-8"],
  [[0x50, 0x4b, 3, 4], "a zip archive or an Excel workbook", "unpack it, or save it as CSV UTF-8"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Office document", "save it as CSV UTF-8"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF", "extract its text"],
  [[0x1f, 0x8b], "a gzip stream", "unpack it with gunzip"],
  [[0x42, 0x5a, 0x68], "a bzip2 stream", "unpack it with bunzip2"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "an xz stream", "unpack it with unxz"],
  [[0x28, 0xb5, 0x2f, 0xfd], "a zstd stream", "unpack it with unzstd"],
  [[0x37, 0x7a, 0xbc, 0xaf], "a 7z archive", "unpack it"],
  [bytesOf("PAR1"), "Parquet", "give it a name that ends in .parquet"],
  [[0x89, 0x50, 0x4e, 0x47], "a picture", "name a file of text"],
  [[0xff, 0xd8, 0xff], "a picture", "name a file of text"],
  [[0x7f, 0x45, 0x4c, 0x46], "a program", "name a file of text"],
  [[0x80, 4], "a Python pickle", "write it with to_csv or to_parquet"],
  [[0x80, 5], "a Python pickle", "write it with to_csv or to_parquet"],
  [[0x89, 0x48, 0x44, 0x46], "an HDF5 file", "write its table as CSV"],
  [bytesOf("X\n\0\0\0"), "R's own format", "write it with write.csv"],
  [bytesOf("RDX"), "R's own format", "write it with write.csv"],
  [bytesOf("ARROW1"), "an Arrow file", "write it as Parquet"],
  [bytesOf("FEA1"), "an Arrow file", "write it as Parquet"],
  [bytesOf("SQLite format 3\0"), "an SQLite database", "write its table as CSV"],
  [bytesOf("HEADER RECORD***"), "a SAS transport file", "write it as CSV"],
  [bytesOf("<stata_dta>"), "a Stata file", "write it as CSV"],
  [bytesOf("$FL2"), "an SPSS file", "write it as CSV"],
  [bytesOf("{\\rtf"), "an RTF document", "save it as text"],
  [bytesOf("version https://git-lfs"), "a Git LFS pointer", "fetch the file with git lfs pull"],
];

/** What a tar archive has behind its first file's name and mode. */
const TAR = bytesOf("ustar");
const TAR_AT = 257;

function bytesOf(signature: string): readonly number[] {
  return [...new TextEncoder().encode(signature)];
}

/** What bytes that should be text are instead; undefined where nothing speaks against text. */
export function describeBinary(
  start: Uint8Array,
): { readonly is: string; readonly remedy: string } | undefined {
  for (const [bytes, is, remedy] of OTHERS) {
    if (bytes.every((byte, at) => start[at] === byte)) return { is, remedy };
  }
  if (TAR.every((byte, at) => start[TAR_AT + at] === byte)) {
    return { is: "a tar archive", remedy: "unpack it" };
  }
  const looked = start.subarray(0, 1024);
  const zeros = (from: number) => looked.filter((byte, at) => at % 2 === from && byte === 0).length;
  const half = looked.length / 2;
  if (looked.length < 4) return undefined;
  if (zeros(0) + zeros(1) < half / 2) {
    const controls = looked.filter((byte) => isControl(byte)).length;
    return controls > MOST_CONTROLS * looked.length + 8 ? BINARY : undefined;
  }
  if (zeros(1) > 0.7 * half !== zeros(0) > 0.7 * half) {
    const order = zeros(1) > zeros(0) ? "UTF-16LE" : "UTF-16BE";
    return { is: `${order} text`, remedy: `convert it with iconv -f ${order} -t UTF-8` };
  }
  return BINARY;
}

const BINARY = { is: "binary", remedy: "name a file of text" };
/** Share of control characters that text has at most; NUL, tab, and what ends lines and pages aside. */
const MOST_CONTROLS = 0.05;

function isControl(byte: number): boolean {
  return byte > 0 && byte < 0x20 && !(byte > 0x08 && byte < 0x0e);
}

/**
 * What encoding text that is not UTF-8 most likely has; undefined for one of another script, whose
 * letters stand beside each other where those with accents stand alone.
 */
export function guessEncoding(bytes: Uint8Array): string | undefined {
  const isHigh = (byte: number | undefined) => byte !== undefined && byte >= 0x80;
  const high = bytes.filter(isHigh).length;
  const pairs = bytes.filter((byte, at) => isHigh(byte) && isHigh(bytes[at + 1])).length;
  if (pairs > high / 3) return undefined;
  const isPrinted = (byte: number) => byte >= 0x80 && byte < 0xa0; // there alone
  return bytes.some(isPrinted) ? "WINDOWS-1252" : "ISO-8859-1";
}

/**
 * Looks at a file.
 *
 * @param sniffed how many bytes of its start are wanted.
 * @throws {DataError} where there is no file.
 * @throws {ResourceError} where the system does not let it be read.
 */
export async function lookAt(path: string, sniffed: number): Promise<StoredFile> {
  const refuse = (found: string) =>
    new DataError(
      `reading ${path}: ${found}; expected a file that can be read; see its path, or name the files ` +
        "of a folder one by one",
    );
  using file = await openRegular(path, refuse);
  const { location, size, mtime, head, tail } = await look(file, path, sniffed).catch((error) => {
    throw readFailure(path, error, refuse);
  });
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  return {
    location,
    bytes: size,
    modified: mtime?.getTime() ?? null,
    gzip,
    padded: gzip && tail.every((byte) => byte === 0),
    start: gzip ? await firstText(location, sniffed) : head,
  };
}

/** Where a file lies, how large it is, its first `sniffed` bytes and its last ones. */
async function look(file: Deno.FsFile, path: string, sniffed: number) {
  const location = await Deno.realPath(path);
  const { size, mtime } = await file.stat();
  const head = new Uint8Array(Math.min(size, sniffed));
  const tail = new Uint8Array(Math.min(size, 8));
  readAt(file, 0, head);
  readAt(file, size - tail.length, tail);
  return { location, size, mtime, head, tail };
}

/** The start of a gzip stream's text; what there is of one that is broken. */
async function firstText(location: string, wanted: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of textPieces(location, true)) {
      parts.push(piece.slice());
      length += piece.length;
      if (length >= wanted) break;
    }
  } catch {
    // The stream is judged when all of it is read.
  }
  return joinArrays(Uint8Array, parts).subarray(0, wanted);
}

/**
 * A file's text in pieces; a piece is only good until the next one is asked for.
 *
 * @param onStored is given each piece as it is stored.
 * @throws {Error} where a gzip stream is broken.
 * @throws {DataError} where the file is gone.
 * @throws {ResourceError} where the system does not let it be read.
 */
export async function* textPieces(
  location: string,
  gzip: boolean,
  onStored: (piece: Uint8Array) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const refuse = (found: string) =>
    new DataError(`reading ${location}: ${found}; expected the file that it was; run again`);
  using file = await openRegular(location, refuse);
  const fill = (piece: Uint8Array) => {
    try {
      return file.readSync(piece);
    } catch (error) {
      throw readFailure(location, error, refuse);
    }
  };
  function* stored(reused: boolean): Generator<Uint8Array> {
    const piece = new Uint8Array(PIECE_BYTES);
    for (let read = fill(piece); read !== null; read = fill(piece)) {
      onStored(piece.subarray(0, read));
      yield reused ? piece.subarray(0, read) : piece.slice(0, read);
    }
  }
  if (!gzip) return yield* stored(true);
  const text = createGunzip({ chunkSize: PIECE_BYTES });
  yield* pipeline(Readable.from(stored(false)), text, () => {}); // what fails ends `text`, too
}

/** The line, from 1, that byte `offset` of a file's text lies in. */
export async function lineOf(location: string, gzip: boolean, offset: number): Promise<number> {
  let line = 1;
  let at = 0;
  let last = 0;
  for await (const piece of textPieces(location, gzip)) {
    for (const byte of piece) {
      if (at++ >= offset) return line;
      if (byte === 0x0a ? last !== 0x0d : byte === 0x0d) line++;
      last = byte;
    }
  }
  return line;
}
