/**
 * A table in Parquet, read by DuckDB.
 *
 * @module
 */
import { DataError, ReportedError } from "../errors.ts";
import { Database, type DatabaseFile, type SqlValue } from "./database.ts";
import type { KeySurvey } from "./json_table.ts";
import type { CellRow } from "./records.ts";

const MAGIC = [0x50, 0x41, 0x52, 0x31]; // PAR1
const RECORDS = 20;
const MEMORY = 2e9;
/** Names of DuckDB's types that hold others. */
const NESTED = /\[\d*\]$|^(?:STRUCT|MAP|UNION)\b/;

/** Whether a file is Parquet, by its first bytes. */
export function isParquet(start: Uint8Array): boolean {
  return MAGIC.every((byte, at) => start[at] === byte);
}

/**
 * The names of a table's columns, and its first records.
 *
 * @throws {DataError} where it is damaged or not of a kind that is read.
 */
export async function surveyParquet(file: DatabaseFile): Promise<KeySurvey> {
  return await within(file, async (database) => {
    const { keys, query } = await describe(database, file);
    const rows = await database.rows(`${query} LIMIT ${RECORDS}`, [file]);
    return { keys, records: rows.map(asCells) };
  });
}

/** How many records a table says that it has. */
export async function countParquet(file: DatabaseFile): Promise<number> {
  return await within(file, async (database) => {
    const sql = "SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata($file0)";
    const [row] = await database.rows(sql, [file]);
    return Number(row?.[0] ?? 0);
  });
}

/** The records of a table: numbers as text, lists as JSON. */
export async function* readParquet(file: DatabaseFile): AsyncGenerator<CellRow[]> {
  const database = await open(file);
  try {
    const { keys, query } = await describe(database, file);
    for await (const { count, column } of database.stream(query, [file])) {
      const columns = keys.map((_, place) => column(place));
      yield Array.from({ length: count }, (_, row) => asCells(columns.map((of) => of(row))));
    }
  } catch (error) {
    throw damaged(file, error);
  } finally {
    database.close();
  }
}

function asCells(row: readonly SqlValue[]): CellRow {
  return row.map((value) => value === null ? "" : String(value));
}

async function describe(database: Database, file: DatabaseFile) {
  const table = "read_parquet($file0, binary_as_string = true, hive_partitioning = false)";
  const described = await database.rows(`DESCRIBE SELECT * FROM ${table}`, [file]);
  const columns = described as [name: string, type: string][];
  const cells = columns.map(([name, type]) => {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    return NESTED.test(type) ? `to_json(${quoted})::VARCHAR` : `${quoted}::VARCHAR`;
  });
  return {
    keys: columns.map(([name]) => name),
    query: `SELECT ${cells.join(", ")} FROM ${table}`,
  };
}

async function within<T>(
  file: DatabaseFile,
  read: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await open(file);
  try {
    return await read(database);
  } catch (error) {
    throw damaged(file, error);
  } finally {
    database.close();
  }
}

async function open(file: DatabaseFile): Promise<Database> {
  const temporary = `${file.location}.spill`; // never written: nothing is sorted or joined
  return await Database.open({ files: [file], temporary, threads: 1, memory: MEMORY });
}

function damaged({ path }: DatabaseFile, error: unknown): unknown {
  if (error instanceof ReportedError && !(error instanceof DataError)) return error;
  return new DataError(
    `reading ${path}: its Parquet is damaged, or of a kind that DuckDB does not read; expected a ` +
      "whole file; write it again",
  );
}
