/**
 * The thread that inspects source files: one {@linkcode InspectRequest} a file, one answer each.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { CsvFile } from "./csv_file.ts";
import { type CsvFindings, CsvScan } from "./csv_scan.ts";

/** Asks for a file to be inspected. */
export type InspectRequest = Pick<CsvFile, "location" | "gzip" | "delimiter">;

/** What reading a file's bytes showed. */
export interface FileInspection extends CsvFindings {
  /** Bytes as stored. */
  readonly bytes: number;
  /** SHA-256 of the bytes as stored, hexadecimal. */
  readonly sha256: string;
  /** The gzip stream is cut or its checksum is wrong. */
  readonly brokenGzip: boolean;
}

/** What was found; `failure` names the error where the file could not be read. */
export type InspectAnswer = FileInspection | { readonly failure: string };

const PIECE = 1 << 20;

self.onmessage = async ({ data }: MessageEvent<InspectRequest>) => {
  try {
    reply(await inspect(data));
  } catch (error) {
    reply({ failure: error instanceof Error ? error.name : "failed" });
  }
};

async function inspect({ location, gzip, delimiter }: InspectRequest): Promise<FileInspection> {
  const hash = createHash("sha256");
  const scan = new CsvScan(delimiter);
  let bytes = 0;
  let brokenGzip = false;
  using file = await Deno.open(location, { read: true });
  function* stored(reused: boolean): Generator<Uint8Array> {
    const piece = new Uint8Array(PIECE);
    for (let read = file.readSync(piece); read !== null; read = file.readSync(piece)) {
      bytes += read;
      hash.update(piece.subarray(0, read));
      yield reused ? piece.subarray(0, read) : piece.slice(0, read);
    }
  }
  if (gzip) {
    try {
      const text = Readable.from(stored(false)).pipe(createGunzip({ chunkSize: PIECE }));
      for await (const piece of text) scan.update(piece);
    } catch {
      brokenGzip = true;
    }
  } else {
    for (const piece of stored(true)) scan.update(piece);
  }
  return { bytes, brokenGzip, sha256: hash.digest("hex"), ...scan.finish() };
}

function reply(answer: InspectAnswer): void {
  self.postMessage(answer);
}
