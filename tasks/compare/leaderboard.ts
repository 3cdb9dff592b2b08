/**
 * Systems that were trained on one corpus, the best first: for people, and for programs.
 *
 * @module
 */
import { countIntervals, type Interval } from "../../model/metrics/bootstrap/count_intervals.ts";
import { addCounts } from "../../model/metrics/bootstrap/paired.ts";
import type { Metric } from "../../model/metrics/names.ts";
import type { Split, Task } from "../../pipeline/schema.ts";
import { formatWhole } from "../cli/format.ts";
import { metricTitle } from "../report/metrics.ts";
import type { Table } from "../report/table.ts";
import { comparedCutoff } from "../reproduce/experiments.ts";
import { type FinishedRun, RESAMPLES, type SummaryRow, TUNED } from "../reproduce/summary.ts";
import { formatEstimate, formatP } from "../reproduce/summary_table.ts";

/** One system's place. */
export interface LeaderboardRow {
  readonly system: string;
  /** Mean and deviation over seeds, in percent, by metric; null where undefined. */
  readonly metrics: {
    readonly [metric: string]: { readonly mean: number | null; readonly deviation: number | null };
  };
  /** 95% over documents, in percent, of all seeds together. */
  readonly intervals: { readonly [metric: string]: Interval };
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
    metrics: Object.fromEntries(
      Object.entries(row.metrics).map(([metric, { mean, deviation }]) => [
        metric,
        { mean: Number.isNaN(mean) ? null : mean, deviation },
      ]),
    ),
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

function intervalsOf(
  { runs }: SummaryRow,
  finished: readonly FinishedRun[],
  { target, precision }: { readonly target: Task; readonly precision: string },
): LeaderboardRow["intervals"] {
  const names = new Set(runs.map(({ name }) => name));
  const own = finished.filter(({ run }) => names.has(run.name));
  const counts = addCounts(own.map(({ result }) => result.tasks[target]!.counts));
  const drawn = countIntervals(counts, own.length, { size: RESAMPLES, seed: 1 });
  const percent = ([low, high]: Interval): Interval => [100 * low, 100 * high];
  return { micro_f1: percent(drawn.microF1), [precision]: percent(drawn.precision) };
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
      ...metrics.map((metric) => formatCell(row, metric)),
      ...tested.map((metric) => row.system === reference ? "" : formatP(row.p?.[metric])),
      formatWhole(row.parameters),
      row.seconds.toFixed(0),
    ]),
  };
}

/** `65.1 ± 1.2 (62.0–67.8)`. */
function formatCell({ metrics, intervals }: LeaderboardRow, metric: Metric): string {
  const { mean = null, deviation = null } = metrics[metric] ?? {};
  const interval = intervals[metric];
  const range = interval ? ` (${interval[0].toFixed(1)}–${interval[1].toFixed(1)})` : "";
  return `${formatEstimate({ mean: mean ?? NaN, deviation })}${range}`;
}
