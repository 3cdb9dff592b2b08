/**
 * Results as tables whose cells keep their numbers until they are printed, and the table in which our
 * times stand beside a peer's.
 *
 * @module
 */
import { median, type Spread, spreadOf } from "./measure.ts";
import type { Pair, WorkResult } from "./process.ts";

/** What a column's numbers are. */
export type Unit =
  | "text"
  | "seconds"
  | "bytes"
  | "count"
  | "gigaflops"
  | "percent"
  | "ratio";

/** A column of a table. */
export interface Column {
  /** Of its cells in every row. */
  readonly key: string;
  readonly head: string;
  readonly unit: Unit;
}

/** What stands in a row under one key. */
export type ResultCell = string | number | Spread;

/** Cells by the keys of columns; what has no column is for programs, who read the rows as JSON. */
export type ResultRow = Readonly<Record<string, ResultCell | undefined>>;

/** A table of results. The first column names the rows. */
export interface ResultTable {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly ResultRow[];
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

const columns: readonly Column[] = [
  { key: "work", head: "work", unit: "text" },
  { key: "here", head: "here", unit: "seconds" },
  { key: "python", head: "Python", unit: "seconds" },
  { key: "ratio", head: "times as fast", unit: "ratio" },
  { key: "peakHere", head: "peak memory", unit: "bytes" },
  { key: "peakPython", head: "Python's", unit: "bytes" },
  { key: "by", head: "Python by", unit: "text" },
];

/** The table of everything that can have a peer. */
export function comparisonTable(rows: readonly ResultRow[]): ResultTable {
  return { title: "Speed", columns, rows };
}

/**
 * A row: medians over the timed runs of a process, their range over processes, theirs over ours
 * repetition by repetition, and the least peak memory.
 */
export function compare(work: string, { ours, theirs }: Pair): ResultRow {
  const here = mediansOf(ours);
  const row = { work, here: spreadOf(here), peakHere: leastPeak(ours) };
  if (theirs.length === 0) return row;
  const there = mediansOf(theirs);
  return {
    ...row,
    python: spreadOf(there),
    ratio: ratioOf(here, there),
    peakPython: leastPeak(theirs),
    by: theirs[0]!.more.by,
  };
}

/** Theirs over ours, repetition by repetition. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Spread {
  return spreadOf(theirs.map((seconds, i) => seconds / ours[i]!));
}

/** The median of each process's timed runs, in seconds. */
export function mediansOf(results: readonly WorkResult[]): number[] {
  return results.map(({ seconds }) => median(seconds));
}

function leastPeak(results: readonly WorkResult[]): number {
  return Math.min(...results.map(({ peak }) => peak));
}
