/**
 * Systems that were trained on one corpus, the best first: for people, and for programs.
 *
 * @module
 */
import type { Metric } from "../../model/metrics/names.ts";
import type { Split, Task } from "../../pipeline/schema.ts";
import { formatWhole } from "../cli/format.ts";
import { metricTitle } from "../report/metrics.ts";
import type { Table } from "../report/table.ts";
import { comparedCutoff } from "../experiment/experiment.ts";
import type { FinishedRun } from "../experiment/finished.ts";
import {
  type Estimates,
  estimatesOf,
  formatWithInterval,
  intervalsOf,
  type RowIntervals,
} from "../experiment/intervals.ts";
import { type SummaryRow, TUNED } from "../experiment/summary.ts";
import { formatP } from "../experiment/summary_table.ts";

/** One system's place. */
export interface LeaderboardRow {
  readonly system: string;
  /** Mean and deviation over seeds, in percent, by metric; null where undefined. */
  readonly metrics: Estimates;
  /** 95% over documents, in percent, of all seeds together. */
  readonly intervals: RowIntervals;
  /** Two-sided p-values of the difference from the reference; null for the reference itself. */
  readonly p: { readonly [metric: string]: number } | null;
  readonly parameters: number;
  /** Of training, the mean over seeds. */
  readonly seconds: number;
  readonly runs: SummaryRow["runs"];
}

/** What a leaderboard is about. */
export interface LeaderboardSubject {
  readonly labelSet: string;
  readonly target: Task;
  /** What it is sorted by. */
  readonly sort: Metric;
}

/** Rows by their metric, the best first; what has none stands last. */
export function rankRows(
  rows: readonly SummaryRow[],
  finished: readonly FinishedRun[],
  { labelSet, target, sort }: LeaderboardSubject,
): LeaderboardRow[] {
  const precision = `p@${comparedCutoff(labelSet)}`;
  const ranked = rows.map((row): LeaderboardRow => ({
    system: row.name,
    metrics: estimatesOf(row),
    intervals: intervalsOf(row, finished, { target, precision }),
    p: row.versusMarn &&
      { micro_f1: row.versusMarn.micro_f1, [precision]: row.versusMarn.precision },
    parameters: row.parameters,
    seconds: row.seconds,
    runs: row.runs,
  }));
  const valueOf = ({ metrics }: LeaderboardRow) => metrics[sort]?.mean ?? -Infinity;
  return ranked.toSorted((a, b) => valueOf(b) - valueOf(a));
}

/** The table, with its columns in this order. */
export function leaderboardTable(
  rows: readonly LeaderboardRow[],
  { title, columns, split, reference }: {
    readonly title: string;
    readonly columns: readonly Metric[];
    readonly split: Split;
    readonly reference: string;
  },
): Table {
  const metrics = [...new Set([...columns, TUNED])];
  const tested = Object.keys(rows.find(({ p }) => p !== null)?.p ?? {}) as Metric[];
  return {
    title: `${title}, ${split}, in percent`,
    columns: [
      "system",
      ...metrics.map(metricTitle),
      ...tested.map((metric) => `p, ${metricTitle(metric)}`),
      "parameters",
      "training s",
    ],
    rows: rows.map((row) => [
      row.system,
      ...metrics.map((metric) => formatWithInterval(row.metrics[metric], row.intervals[metric])),
      ...tested.map((metric) => row.system === reference ? "" : formatP(row.p?.[metric])),
      formatWhole(row.parameters),
      row.seconds.toFixed(0),
    ]),
  };
}
