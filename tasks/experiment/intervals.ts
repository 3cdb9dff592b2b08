/**
 * A row's figures for programs, with 95% intervals over documents beside mean and deviation over seeds.
 *
 * @module
 */
import type { SeedEstimate } from "../../model/analysis/estimate.ts";
import { countIntervals, type Interval } from "../../model/metrics/bootstrap/count_intervals.ts";
import { addCounts } from "../../model/metrics/bootstrap/paired.ts";
import type { Task } from "../../pipeline/schema.ts";
import type { FinishedRun } from "./finished.ts";
import { RESAMPLES, type SummaryRow } from "./summary.ts";
import { formatEstimate } from "./summary_table.ts";

/** {@linkcode SeedEstimate} as JSON has it: both are null where a run's value is undefined. */
export interface FiniteEstimate {
  readonly mean: number | null;
  readonly deviation: number | null;
}

/** Mean and deviation over seeds, in percent, by metric. */
export interface Estimates {
  readonly [metric: string]: FiniteEstimate;
}

/** 95% over documents, in percent, of all seeds together, by metric. */
export interface RowIntervals {
  readonly [metric: string]: Interval;
}

/** An estimate as JSON has it: null for NaN. */
export function finiteEstimate({ mean, deviation }: SeedEstimate): FiniteEstimate {
  return Number.isNaN(mean) ? { mean: null, deviation: null } : { mean, deviation };
}

/** A row's estimates over seeds, by metric, as JSON has them. */
export function estimatesOf({ metrics }: SummaryRow): Estimates {
  const entries = Object.entries(metrics);
  return Object.fromEntries(
    entries.map(([metric, estimate]) => [metric, finiteEstimate(estimate)]),
  );
}

/** A row's intervals: of micro-F1 at 0.5, and of P@k. */
export function intervalsOf(
  { runs }: SummaryRow,
  finished: readonly FinishedRun[],
  { target, precision }: { readonly target: Task; readonly precision: string },
): RowIntervals {
  const names = new Set(runs.map(({ name }) => name));
  const own = finished.filter(({ run }) => names.has(run.name));
  const counts = addCounts(own.map(({ result }) => result.tasks[target]!.counts));
  const drawn = countIntervals(counts, own.length, { size: RESAMPLES, seed: 1 });
  const percent = ([low, high]: Interval): Interval => [100 * low, 100 * high];
  return { micro_f1: percent(drawn.microF1), [precision]: percent(drawn.precision) };
}

/** `65.1 ± 1.2 (62.0–67.8)`. */
export function formatWithInterval(
  estimate: FiniteEstimate | undefined,
  interval: Interval | undefined,
): string {
  const { mean = null, deviation = null } = estimate ?? {};
  const range = interval ? ` (${interval[0].toFixed(1)}–${interval[1].toFixed(1)})` : "";
  return `${formatEstimate({ mean: mean ?? NaN, deviation })}${range}`;
}
