/**
 * The combinations of a sweep, the best first by what early stopping watches on dev. What they came to
 * on test stands beside, and chooses nothing.
 *
 * @module
 */
import { estimateOver } from "../../model/analysis/estimate.ts";
import type { Metric } from "../../model/metrics/names.ts";
import type { ConfigValue } from "../../model/system.ts";
import { comparedCutoff } from "../experiment/experiment.ts";
import type { FinishedRun } from "../experiment/finished.ts";
import {
  type Estimates,
  estimatesOf,
  type FiniteEstimate,
  finiteEstimate,
  formatWithInterval,
  intervalsOf,
  type RowIntervals,
} from "../experiment/intervals.ts";
import { evaluatedSplit } from "../experiment/planned.ts";
import { summarize, type SummaryRow, TUNED } from "../experiment/summary.ts";
import { metricTitle } from "../report/metrics.ts";
import type { Table } from "../report/table.ts";
import type { PlannedSweep } from "./plan_sweep.ts";

/** One combination. */
export interface SweepRow {
  readonly name: string;
  /** Its values, by key. */
  readonly values: { readonly [key: string]: ConfigValue };
  /** Best score on dev of what early stopping watches, in percent, over seeds. */
  readonly dev: FiniteEstimate;
  /** Of the evaluated split: mean and deviation over seeds, in percent, by metric. */
  readonly metrics: Estimates;
  readonly intervals: RowIntervals;
  /** Trained parameters. */
  readonly parameters: number;
  /** Of training, the mean over seeds. */
  readonly seconds: number;
  /** The runs that the estimates are over. */
  readonly runs: SummaryRow["runs"];
}

/** Combinations that have a finished run, the best first; one without a score on dev stands last. */
export function sweepRows(
  { experiment, points }: Pick<PlannedSweep, "experiment" | "points">,
  finished: readonly FinishedRun[],
): SweepRow[] {
  const { target, labelSet } = experiment;
  const precision = `p@${comparedCutoff(labelSet)}`;
  const rows = summarize(experiment, finished, [], false).map((row): SweepRow => ({
    name: row.name,
    values: Object.fromEntries(points.get(row.name)!),
    dev: devEstimate(row, finished),
    metrics: estimatesOf(row),
    intervals: intervalsOf(row, finished, { target, precision }),
    parameters: row.parameters,
    seconds: row.seconds,
    runs: row.runs,
  }));
  const valueOf = ({ dev }: SweepRow) => dev.mean ?? -Infinity;
  return rows.toSorted((a, b) => valueOf(b) - valueOf(a));
}

function devEstimate({ name }: SummaryRow, finished: readonly FinishedRun[]): FiniteEstimate {
  const own = finished.filter(({ run }) => run.rows.includes(name));
  return finiteEstimate(estimateOver(own.map(({ result: { best } }) => 100 * (best ?? NaN))));
}

/** The table: the grid's keys, dev, the evaluated split. */
export function sweepTable(
  rows: readonly SweepRow[],
  { experiment, grid, config, dataset, seeds }: PlannedSweep,
): Table {
  const split = evaluatedSplit(dataset);
  const metrics: Metric[] = [...experiment.columns, TUNED];
  const keys = grid.map(({ key }) => key);
  return {
    title: `${experiment.title}, in percent`,
    columns: [
      ...keys,
      `dev ${config.monitor}`,
      ...metrics.map((metric) => `${split} ${metricTitle(metric)}`),
      "seeds",
      "training s",
    ],
    rows: rows.map(({ values, dev, metrics: own, intervals, seconds, runs }) => [
      ...keys.map((key) => `${values[key]}`),
      formatWithInterval(dev, undefined),
      ...metrics.map((metric) => formatWithInterval(own[metric], intervals[metric])),
      `${runs.length}/${seeds}`,
      seconds.toFixed(0),
    ]),
  };
}
