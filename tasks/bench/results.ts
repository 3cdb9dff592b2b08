/**
 * Results as data: tables whose cells keep their numbers until they are printed.
 *
 * @module
 */
import type { Spread } from "./measure.ts";

/** What a column's numbers are. */
export type Unit =
  | "text"
  | "seconds"
  | "bytes"
  | "count"
  | "gigaflops"
  | "percent"
  | "ratio";

/** A column: the key of its cells, its head, and how they are shown. */
export interface Column {
  /** Key of its cells. */
  readonly key: string;
  /** What stands over it. */
  readonly head: string;
  /** Unit of its cells. */
  readonly unit: Unit;
}

/** A cell. */
export type Value = string | number | Spread;

/** A row: cells by the keys of columns; what has no column is for programs. */
export type Row = Readonly<Record<string, Value>>;

/** A table of results. */
export interface ResultTable {
  /** What it shows. */
  readonly title: string;
  /** Columns, the first naming the rows. */
  readonly columns: readonly Column[];
  /** Rows. */
  readonly rows: readonly Row[];
}

/** Tables of the same title made one, in the order in which titles first appear. */
export function joinTables(tables: readonly ResultTable[]): ResultTable[] {
  const byTitle = new Map<string, ResultTable>();
  for (const table of tables) {
    const rows = [...byTitle.get(table.title)?.rows ?? [], ...table.rows];
    byTitle.set(table.title, { ...table, rows });
  }
  return [...byTitle.values()];
}
