/**
 * A copy of a table that DuckDB is sure to understand: commas, every cell in quotes, LF.
 *
 * @module
 */
import { join } from "node:path";
import { quoteField } from "../files/csv.ts";
import { makeDirectory, writeAllSync } from "../files/write.ts";
import type { CsvFile } from "./csv_file.ts";
import { readJsonLines } from "./json_table.ts";
import { readParquet } from "./parquet_table.ts";
import { type CellRow, readRecords } from "./records.ts";
import { textPieces } from "./stored_text.ts";

/**
 * Copies the tables that DuckDB may misread as they lie.
 *
 * @param temporary folder for the copies.
 * @returns table → its copy's path.
 * @throws {DataError} where a table cannot be read.
 * @throws {ResourceError} where a copy cannot be stored.
 */
export async function copyTables(
  files: readonly CsvFile[],
  temporary: string,
): Promise<ReadonlyMap<CsvFile, string>> {
  const copies = new Map<CsvFile, string>();
  for (const [at, file] of files.entries()) {
    if (file.plain) continue;
    const path = join(temporary, `table-${at}.csv`);
    await makeDirectory(temporary);
    await writeCopy(path, file);
    copies.set(file, await Deno.realPath(path));
  }
  return copies;
}

async function writeCopy(path: string, file: CsvFile): Promise<void> {
  const encoder = new TextEncoder();
  using copy = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  const write = (records: readonly CellRow[]) => {
    const lines = records.map((cells) =>
      cells.map((cell) => cell && quoteField(cell)).join() + "\n"
    );
    writeAllSync(copy, encoder.encode(lines.join("")), path);
  };
  if (file.form !== "text") write([file.keys.map((_, at) => `c${at}`)]);
  for await (const records of recordsOf(file)) write(records);
}

function recordsOf(file: CsvFile): AsyncIterable<CellRow[]> {
  const { path, location, gzip, keys } = file;
  if (file.form === "parquet") return readParquet(file);
  if (file.form === "json lines") return readJsonLines(path, file, keys);
  return readRecords(textPieces(location, gzip), file);
}
