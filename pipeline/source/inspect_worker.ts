/**
 * The thread that inspects source files: one {@linkcode InspectRequest} a file, one answer each.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { createHash } from "node:crypto";
import type { CsvFile } from "./csv_file.ts";
import { DataError, ReportedError } from "../errors.ts";
import { type CsvFindings, CsvScan, type Dialect } from "./csv_scan.ts";
import { textPieces } from "./stored_text.ts";

/** Asks for a file to be inspected. */
export type InspectRequest = Pick<CsvFile, "location" | "gzip" | "form"> & Dialect;

/** What reading a file's bytes showed. */
export interface FileInspection extends CsvFindings {
  /** Bytes as stored. */
  readonly bytes: number;
  /** SHA-256 of the bytes as stored, hexadecimal. */
  readonly sha256: string;
  /** The gzip stream is cut or its checksum is wrong. */
  readonly brokenGzip: boolean;
}

/** What was found, or what an error said where the file could not be read: `gone` where it is no more. */
export type InspectAnswer = FileInspection | { readonly failure: string; readonly gone: boolean };

self.onmessage = async ({ data }: MessageEvent<InspectRequest>) => {
  try {
    reply(await inspect(data));
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    reply({ failure, gone: error instanceof DataError });
  }
};

async function inspect(request: InspectRequest): Promise<FileInspection> {
  const hash = createHash("sha256");
  const scan = new CsvScan(request);
  let bytes = 0;
  let brokenGzip = false;
  const onStored = (piece: Uint8Array) => {
    bytes += piece.length;
    hash.update(piece);
  };
  try {
    for await (const piece of textPieces(request.location, request.gzip, onStored)) {
      if (request.form !== "parquet") scan.update(piece);
    }
  } catch (error) {
    if (!request.gzip || error instanceof ReportedError) throw error;
    brokenGzip = true;
  }
  return { bytes, brokenGzip, sha256: hash.digest("hex"), ...scan.finish() };
}

function reply(answer: InspectAnswer): void {
  self.postMessage(answer);
}
