/**
 * Reads a source file once, beside the database and in a thread of its own: SHA-256 of its bytes as
 * stored, wholeness of its gzip stream, and what {@linkcode CsvScan} says of its text.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { DataError, IntegrityError, ResourceError, shown } from "../errors.ts";
import { exists, readText } from "../files/read.ts";
import type { CsvFile } from "./csv_file.ts";
import { brokenGzip, checkFindings } from "./dialect.ts";
import type { FileInspection, InspectAnswer, InspectRequest } from "./inspect_worker.ts";

/** Inspects files one after another, in a thread of its own. */
export class Inspector {
  readonly #worker = new Worker(new URL("./inspect_worker.ts", import.meta.url), {
    type: "module",
  });
  #last: Promise<unknown> = Promise.resolve();

  /** Queues `file`; settles when it was read to its end. */
  inspect(file: CsvFile): Promise<FileInspection> {
    const next = this.#last.then(() => this.#ask(file));
    this.#last = next.catch(() => {});
    return next;
  }

  /** Ends the thread, whatever it is doing. */
  close(): void {
    this.#worker.terminate();
  }

  #ask(file: CsvFile): Promise<FileInspection> {
    const { path, location, gzip, form, delimiter, quoted, separatorLine } = file;
    const { promise, resolve, reject } = Promise.withResolvers<FileInspection>();
    this.#worker.onmessage = ({ data }: MessageEvent<InspectAnswer>) =>
      "failure" in data
        ? reject(data.gone ? changed(path) : new ResourceError(data.failure))
        : resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`inspecting ${path}: ${event.message}`));
    };
    const request: InspectRequest = {
      location,
      gzip,
      form,
      delimiter,
      quoted,
      separatorLine,
    };
    this.#worker.postMessage(request);
    return promise;
  }
}

/**
 * Compares what was read with what must hold of a file at rest.
 *
 * @throws {DataError} where the file is broken or not what SHA256SUMS says.
 * @throws {IntegrityError} where it changed since it was opened.
 */
export async function checkInspection(file: CsvFile, found: FileInspection): Promise<void> {
  if (found.brokenGzip) throw brokenGzip(file.path);
  const now = await Deno.stat(file.location).catch(() => undefined);
  const unchanged = now?.size === file.bytes && (now.mtime?.getTime() ?? null) === file.modified;
  if (!unchanged || found.bytes !== file.bytes) {
    throw changed(file.path);
  }
  await checkFindings(file.path, file, found);
}

function changed(path: string): IntegrityError {
  return new IntegrityError(
    `reading ${path}: it changed meanwhile; expected a file at rest; ` +
      "run again when nothing writes to it",
  );
}

/**
 * Looks `file` up in PhysioNet's list of digests beside it.
 *
 * @returns whether the list names this digest; false where there is no list or no such line.
 * @throws {DataError} where the list names another digest, or is no file.
 */
export async function verifyDigest(file: CsvFile, sha256: string): Promise<boolean> {
  for (const list of ["SHA256SUMS.txt", "SHA256SUMS"]) {
    const path = join(dirname(file.path), list);
    const refuse = (found: string) =>
      new DataError(`reading ${path}: ${found}; expected PhysioNet's digests; move it away`);
    const text = await exists(path) ? await readText(path, refuse) : "";
    for (const line of text.split(/\r?\n/)) {
      const [digest, name] = line.trim().split(/\s+\*?/);
      if (name === undefined || basename(name) !== file.name) continue;
      if (digest?.toLowerCase() === sha256) return true;
      throw new DataError(
        `reading ${file.path}: SHA-256 is ${sha256}, ${list} says ${shown(digest ?? "")}; ` +
          "expected the file as published; fetch it again",
      );
    }
  }
  return false;
}
