/**
 * The thread behind `Inspector`: one message a file, one answer each.
 *
 * @module
 */
/// <reference lib="webworker" />
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { CsvScan } from "./csv_scan.ts";
import type { Inspection } from "./inspect.ts";

const PIECE = 1 << 20;

async function inspect(path: string, gzip: boolean, delimiter: string): Promise<Inspection> {
  const hash = createHash("sha256");
  const scan = new CsvScan(delimiter);
  let bytes = 0;
  let brokenGzip = false;
  using file = await Deno.open(path, { read: true });
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

self.onmessage = async ({ data: { path, gzip, delimiter } }) => {
  try {
    self.postMessage(await inspect(path, gzip, delimiter));
  } catch (error) {
    self.postMessage({ failure: error instanceof Error ? error.name : "failed" });
  }
};
