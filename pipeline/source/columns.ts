/**
 * What is asked of a table's columns, and what was found.
 *
 * @module
 */
import type { ColumnNames } from "./column_names.ts";

/** What the command line says of columns. */
export interface ColumnChoice {
  /** Column → what holds it: a name, or a number from 1. The first that a table has counts. */
  readonly columns?: Readonly<Record<string, readonly string[] | undefined>> | undefined;
  /** False: a first record that names no column is data. */
  readonly header?: boolean | undefined;
  /** Whether tables of codes have a column for each code, marked where a note has it. */
  readonly oneHot?: boolean | undefined;
}

/** What is asked of a table. */
export interface ColumnExpectation {
  /** Columns that must be there. */
  readonly required: readonly string[];
  /** Columns that may be there. */
  readonly optional?: readonly string[] | undefined;
  /** Other names of columns; without it they have no others, and the command line chooses none. */
  readonly names?: ColumnNames | undefined;
  /** The columns of a table without a header, in order; without it every table needs one. */
  readonly headerless?: readonly string[] | undefined;
  /** The one column of which the command line may choose several. */
  readonly several?: string | undefined;
  readonly choice?: ColumnChoice | undefined;
  /** Columns that tell a table of another collection → which one. */
  readonly foreign?: Readonly<Record<string, string>> | undefined;
}

/** Where a table has what is asked of it. */
export interface Columns {
  /** Whether its first record names the columns. */
  readonly header: boolean;
  /** Names in the file's order; made up where there is no header. */
  readonly columns: readonly string[];
  /** Column → its places in a row, from 0; several only where these are asked for. */
  readonly places: ReadonlyMap<string, readonly number[]>;
  /** What was taken for what, where the names do not say so already. */
  readonly taken: string | undefined;
  /** What is doubtful about columns that are not read, a line each. */
  readonly doubts: readonly string[];
}

/** The first records of a table. */
export type Records = readonly (readonly string[])[];
