/**
 * A table written in Parquet, by DuckDB.
 *
 * @module
 */
import {
  BOOLEAN,
  DOUBLE,
  DuckDBInstance,
  type DuckDBType,
  FLOAT,
  INTEGER,
  LIST,
  listValue,
  VARCHAR,
} from "@duckdb/node-api";
import { draftPath, removeName, requireFilePlace, writeFailure } from "../files/write.ts";
import { literal } from "./database.ts";

/** Types of columns, by DuckDB's names. */
const TYPES = {
  VARCHAR,
  INTEGER,
  FLOAT,
  DOUBLE,
  BOOLEAN,
  "VARCHAR[]": LIST(VARCHAR),
  "INTEGER[]": LIST(INTEGER),
} as const satisfies Record<string, DuckDBType>;

/** A column's type. */
export type ParquetType = keyof typeof TYPES;

/** A cell; null where there is nothing. */
export type ParquetCell = string | number | boolean | readonly (string | number)[] | null;

/** Names and types of a table's columns, in order. */
export type ParquetColumns = Readonly<Record<string, ParquetType>>;

/**
 * Writes rows as one file, which takes its place when it is whole. They are gathered in memory.
 *
 * @param note what the file's own metadata says of it, under `note`; nothing by default.
 * @throws {UsageError} where there is something else than a file.
 * @throws {ResourceError} where it cannot be written.
 */
export async function writeParquet(
  path: string,
  columns: ParquetColumns,
  rows: Iterable<readonly ParquetCell[]> | AsyncIterable<readonly ParquetCell[]>,
  note?: string,
): Promise<void> {
  await requireFilePlace(path);
  const draft = draftPath(path);
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  try {
    const declared = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
    await connection.run(`CREATE TABLE written (${declared.join(", ")})`);
    const appender = await connection.createAppender("written");
    const types = Object.values(columns).map((type) => TYPES[type]);
    for await (const row of rows) {
      row.forEach((cell, at) => {
        if (cell === null) appender.appendNull();
        else {appender.appendValue(
            Array.isArray(cell) ? listValue(cell) : cell as string,
            types[at],
          );}
      });
      appender.endRow();
    }
    appender.closeSync();
    const metadata = note === undefined ? "" : `, KV_METADATA {note: ${literal(note)}}`;
    await connection.run(
      `COPY written TO ${literal(draft)} (FORMAT parquet, COMPRESSION zstd${metadata})`,
    );
    await Deno.rename(draft, path);
  } catch (error) {
    removeName(draft);
    throw writeFailure(path, 0, withoutData(error));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** An error of DuckDB's quotes the data that it is about; its kind is what stands before that. */
function withoutData(error: unknown): unknown {
  const [kind] = error instanceof Error ? error.message.split(":") : [""];
  return kind?.endsWith(" Error") ? new Error(kind) : error;
}
