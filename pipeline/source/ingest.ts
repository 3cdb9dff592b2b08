/**
 * What every source does with its files: open them (all missing ones named together), read them
 * through one locked-in DuckDB, inspect their bytes beside it, and compare the two at the end.
 *
 * @module
 */
import { DataError, extended } from "../errors.ts";
import type { ManifestSource } from "../manifest.ts";
import type { CsvExpectation, CsvFile } from "./csv_file.ts";
import { Database } from "./database.ts";
import { describeOddity } from "./dialect.ts";
import { checkInspection, Inspector, verifyDigest } from "./inspect.ts";
import type { FileInspection } from "./inspect_worker.ts";
import { openCsv } from "./open_table.ts";
import { countParquet } from "./parquet_table.ts";
import { copyTables } from "./plain_copy.ts";
import type { SourceLimits } from "./source.ts";

/** Opens several tables; missing files and columns of all of them are named in one error. */
export async function openTables(
  tables: readonly { readonly path: string; readonly expected: CsvExpectation }[],
): Promise<CsvFile[]> {
  const opened = await Promise.allSettled(
    tables.map(({ path, expected }) => openCsv(path, expected)),
  );
  const failures = opened.flatMap((file) => file.status === "rejected" ? [file.reason] : []);
  const defect = failures.find((failure) => !(failure instanceof DataError));
  if (defect) throw defect;
  if (failures.length > 0) throw new DataError(failures.map(({ message }) => message).join("; "));
  return opened.flatMap((file) => file.status === "fulfilled" ? [file.value] : []);
}

/** Tables being read: a database, and a thread that inspects the same files. */
export class Ingest {
  readonly database: Database;
  readonly #inspector = new Inspector();
  readonly #inspections: ReadonlyMap<CsvFile, Promise<FileInspection>>;
  readonly #rows = new Map<CsvFile, number>();

  private constructor(database: Database, files: readonly CsvFile[]) {
    this.database = database;
    this.#inspections = new Map(files.map((file) => [file, this.#inspector.inspect(file)]));
    for (const inspection of this.#inspections.values()) inspection.catch(() => {});
  }

  /** Starts reading `files`; the first ones are inspected first. */
  static async open(files: readonly CsvFile[], limits: SourceLimits): Promise<Ingest> {
    const copies = await copyTables(files, limits.temporary);
    return new Ingest(await Database.open({ files, copies, ...limits }), files);
  }

  /** Notes how many rows DuckDB returned of `file`. */
  counted(file: CsvFile, rows: number): void {
    this.#rows.set(file, rows);
  }

  /**
   * Runs `read`; where it fails, a fault of the files that explains it is thrown instead.
   */
  async guard<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const [odd] = (await this.#check()).entries()
        .filter(([file, { oddity }]) => file.plain && oddity !== null);
      throw odd ? extended(error, await describeOddity(odd[0], odd[1].oddity!)) : error;
    }
  }

  /**
   * Waits for all inspections and checks them against what DuckDB returned.
   *
   * @throws {ReportedError} where a file is broken, changed meanwhile, empty or not read whole.
   */
  async finish(): Promise<ManifestSource[]> {
    const found = await this.#check();
    return await Promise.all([...found].map(async ([file, { bytes, sha256, records, oddity }]) => {
      const rows = this.#rows.get(file) ?? 0;
      const expected = await recordsOf(file, records);
      if (expected <= 0) throw emptyTable(file);
      if (rows !== expected) {
        const refusal = new DataError(
          `reading ${file.path}: ${rows} of ${expected} records were understood; expected CSV as ` +
            "RFC 4180 has it, with one kind of line end; correct the file",
        );
        throw oddity === null ? refusal : extended(refusal, await describeOddity(file, oddity));
      }
      return { name: file.name, bytes, rows, sha256, verified: await verifyDigest(file, sha256) };
    }));
  }

  /** Frees the database and ends the inspecting thread. */
  close(): void {
    this.database.close();
    this.#inspector.close();
  }

  async #check(): Promise<Map<CsvFile, FileInspection>> {
    const found = new Map<CsvFile, FileInspection>();
    for (const [file, inspection] of this.#inspections) {
      found.set(file, await inspection);
      await checkInspection(file, await inspection);
    }
    return found;
  }
}

/** Records below the header; `scanned` are those of its text. */
async function recordsOf(file: CsvFile, scanned: number): Promise<number> {
  if (file.form === "parquet") return await countParquet(file);
  return scanned - (file.form === "text" && file.header ? 1 : 0);
}

/** The error of a table that has a header and nothing below it. */
function emptyTable(file: CsvFile): DataError {
  return new DataError(
    `reading ${file.path}: no rows below the header; expected data; fetch the whole file`,
  );
}
