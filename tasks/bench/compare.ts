/**
 * Our times beside a peer's.
 *
 * @module
 */
import { median, type Spread, spreadOf } from "./measure.ts";
import type { SectionResult } from "./request.ts";
import type { Column, ResultTable, Row } from "./results.ts";
import type { Pair } from "./session.ts";

const columns: readonly Column[] = [
  { key: "work", head: "work", unit: "text" },
  { key: "here", head: "here", unit: "seconds" },
  { key: "python", head: "Python", unit: "seconds" },
  { key: "ratio", head: "times as fast", unit: "ratio" },
  { key: "peakHere", head: "peak memory", unit: "bytes" },
  { key: "peakPython", head: "Python's", unit: "bytes" },
  { key: "by", head: "Python by", unit: "text" },
];

/** The table in which everything that has a peer stands. */
export function comparisonTable(rows: readonly Row[]): ResultTable {
  return { title: "Speed", columns, rows };
}

/**
 * A row: medians over the timed runs of a process, their range over processes, theirs over ours
 * repetition by repetition, and the least peak memory.
 */
export function compare(work: string, { ours, theirs }: Pair): Row {
  const here = mediansOf(ours), there = mediansOf(theirs);
  const row = { work, here: spreadOf(here), peakHere: leastPeak(ours) };
  if (there.length === 0) return row;
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

/** The median of each process's timed runs. */
export function mediansOf(results: readonly SectionResult[]): number[] {
  return results.map(({ seconds }) => median(seconds));
}

function leastPeak(results: readonly SectionResult[]): number {
  return Math.min(...results.map(({ peak }) => peak));
}
