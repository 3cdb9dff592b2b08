/**
 * One input table as it lies on disk.
 *
 * @module
 */
import type { ColumnExpectation, Columns } from "./columns.ts";
import type { TableDialect } from "./dialect.ts";

/** An input table that was opened and whose header was read. */
export interface CsvFile extends Columns, TableDialect {
  /** As it was given, for messages. */
  readonly path: string;
  /** Where it lies: absolute, links followed. All readers open this, so that they read one file. */
  readonly location: string;
  /** Base name, as the manifest has it. */
  readonly name: string;
  /** Size as stored, in bytes. */
  readonly bytes: number;
  /** When it was last written, in milliseconds since 1970; null where the system does not say. */
  readonly modified: number | null;
  /** Whether its bytes are a gzip stream. */
  readonly gzip: boolean;
  /** What its records are written in: CSV or TSV, an object a line, or Parquet. */
  readonly form: "text" | "json lines" | "parquet";
  /** Names of the columns as they are written, where each record names them, or all do. */
  readonly keys: readonly string[];
}

/** What a table must look like. */
export interface CsvExpectation extends ColumnExpectation {
  /** The only delimiter that is right; without it, tab or comma as the first line has it. */
  readonly delimiter?: "," | "\t" | undefined;
}
