/**
 * Results of an experiment → the side-by-side table. Pure.
 *
 * @module
 */
import type { Metric } from "../../model/metrics/names.ts";
import { addCounts, pairedBootstrap } from "../../model/metrics/bootstrap/paired.ts";
import { metricTitle } from "../report/metrics.ts";
import { formatMarkdown } from "../report/table.ts";
import type { Experiment } from "./experiments.ts";
import type { PlannedRun } from "./plan.ts";
import { percent, type RunResult } from "./result.ts";

/** A run and what it came to. */
export interface FinishedRun {
  /** What was planned. */
  readonly run: PlannedRun;
  /** Its result. */
  readonly result: RunResult;
}

/** Mean and deviation over seeds, in percent. */
export interface Estimate {
  /** Mean; NaN where a run's value is undefined. */
  readonly mean: number;
  /** Sample standard deviation; null with one seed. */
  readonly deviation: number | null;
  /** The paper's number, where it is comparable. */
  readonly paper: number | null;
  /** Ours less the paper's. */
  readonly difference: number | null;
}

/** Two-sided p-values of the difference from MARN. */
export interface VersusMarn {
  /** Of micro-F1. */
  readonly micro_f1: number;
  /** Of P@5 or, with the full label set, of P@8. */
  readonly precision: number;
  /** The seeds that both have, over which documents are paired. */
  readonly seeds: readonly number[];
}

/** One row of the table. */
export interface SummaryRow {
  /** The row's name. */
  readonly name: string;
  /** Estimates by metric. */
  readonly metrics: { readonly [metric: string]: Estimate };
  /** Null for MARN itself, and where MARN has no run of the same seed. */
  readonly versusMarn: VersusMarn | null;
  /** Trained parameters. */
  readonly parameters: number;
  /** Seconds of training, the mean over seeds. */
  readonly seconds: number;
  /** The runs that the estimates are over. */
  readonly runs: readonly { readonly seed: number; readonly name: string }[];
}

/** A run that failed. */
export interface FailedRun {
  /** What was planned. */
  readonly run: PlannedRun;
  /** Why. */
  readonly failure: string;
}

/** Resamples of the paired bootstrap. */
export const RESAMPLES = 1000;

/** Shown in every table: a threshold of 0.5 says little of a system trained on few documents. */
const TUNED = "micro_f1_tuned";

/**
 * Estimates for every row that has results.
 *
 * @param marn MARN's own runs, whether or not a row of the experiment has them.
 * @param comparable adds the paper's numbers.
 */
export function summarize(
  experiment: Experiment,
  finished: readonly FinishedRun[],
  marn: readonly FinishedRun[],
  comparable: boolean,
): SummaryRow[] {
  return experiment.rows.flatMap(({ name }) => {
    const runs = finished.filter(({ run }) => run.rows.includes(name));
    if (runs.length === 0) return [];
    const results = runs.map(({ result }) => result);
    const paper = comparable ? experiment.paper[name] ?? [] : [];
    const metrics = [...experiment.columns, TUNED as Metric]
      .map((metric, column) => [metric, estimate(results, metric, paper[column] ?? null)]);
    return [{
      name,
      metrics: Object.fromEntries(metrics),
      versusMarn: compare(runs, marn),
      parameters: results[0]!.parameters,
      seconds: results.reduce((sum, { seconds }) => sum + seconds, 0) / runs.length,
      runs: runs.map(({ run }) => ({ seed: run.config.seed, name: run.name })),
    }];
  });
}

/** The table in Markdown, what a reader has to know below it, and what failed. */
export function renderSummary(
  experiment: Experiment,
  rows: readonly SummaryRow[],
  failed: readonly FailedRun[],
  notes: readonly string[],
): string {
  const withPaper = rows.some(({ metrics }) =>
    Object.values(metrics).some(({ paper }) => paper !== null)
  );
  const compared = rows.some(({ versusMarn }) => versusMarn !== null);
  const k = experiment.labelSet === "full" ? 8 : 5;
  const columns = [
    "system",
    ...experiment.columns.map(metricTitle)
      .flatMap((title) => withPaper ? [title, "paper", "Δ"] : [title]),
    metricTitle(TUNED),
    ...(compared ? ["p, micro F1", `p, P@${k}`] : []),
    "parameters",
    "training s",
  ];
  const cells = rows.map((row) => [
    row.name,
    ...experiment.columns.flatMap((metric) => estimateCells(row.metrics[metric]!, withPaper)),
    ...estimateCells(row.metrics[TUNED]!, false),
    ...(compared ? [formatP(row.versusMarn?.micro_f1), formatP(row.versusMarn?.precision)] : []),
    row.parameters.toLocaleString("en"),
    row.seconds.toFixed(0),
  ]);
  const failures = failed.map(({ run, failure }) =>
    `- ${run.rows.join(", ")}, seed ${run.config.seed}, failed: ${failure}`
  );
  return [
    formatMarkdown({ title: experiment.title, columns, rows: cells }),
    ...notes.map((note) => `${note}\n`),
    ...(failures.length > 0 ? [...failures, ""] : []),
  ].join("\n");
}

function estimate(runs: readonly RunResult[], metric: Metric, paper: number | null): Estimate {
  const values = runs.map((run) => percent(run, metric));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null;
  return { mean, deviation, paper, difference: paper === null ? null : mean - paper };
}

/** Pairs what both have: each document, and each seed by its number. */
function compare(
  runs: readonly FinishedRun[],
  marn: readonly FinishedRun[],
): VersusMarn | null {
  if (runs.every(({ run }) => marn.some((other) => other.run.name === run.name))) return null;
  const pairs = runs.flatMap((one) => {
    const other = marn.find(({ run }) => run.config.seed === one.run.config.seed);
    return other ? [{ seed: one.run.config.seed, one: one.result, other: other.result }] : [];
  });
  if (pairs.length === 0) return null;
  const { microF1, precision } = pairedBootstrap(
    addCounts(pairs.map(({ one }) => one.counts)),
    addCounts(pairs.map(({ other }) => other.counts)),
    { size: RESAMPLES, seed: 1 },
  );
  return { micro_f1: microF1, precision, seeds: pairs.map(({ seed }) => seed) };
}

function estimateCells(
  { mean, deviation, paper, difference }: Estimate,
  withPaper: boolean,
): string[] {
  const value = deviation === null ? fixed(mean) : `${fixed(mean)} ± ${fixed(deviation)}`;
  if (!withPaper) return [value];
  return paper === null || difference === null
    ? [value, "–", "–"]
    : [value, fixed(paper), signed(difference)];
}

function fixed(value: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(1);
}

function signed(value: number): string {
  return Number.isNaN(value) ? "–" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;
}

function formatP(p: number | undefined): string {
  if (p === undefined) return "–";
  return p < 0.01 ? p.toFixed(3) : p.toFixed(2);
}
