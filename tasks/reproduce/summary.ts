/**
 * Results of an experiment → the side-by-side table. Pure.
 *
 * @module
 */
import type { Metric } from "../../model/metrics.ts";
import { addCounts, pairedBootstrap } from "../../model/metrics/paired.ts";
import { percent, type RunResult } from "./execute.ts";
import type { Experiment } from "./experiments.ts";

/** Mean and deviation over seeds, in percent. */
export interface Estimate {
  /** Mean. */
  readonly mean: number;
  /** Sample standard deviation; null with one seed. */
  readonly deviation: number | null;
  /** The paper's number, where it is comparable. */
  readonly paper: number | null;
}

/** One row of the table. */
export interface SummaryRow {
  /** The row's name. */
  readonly name: string;
  /** Estimates by metric. */
  readonly metrics: { readonly [metric: string]: Estimate };
  /** p-values of the difference from MARN, paired by document; null for MARN itself. */
  readonly versusMarn: { readonly micro_f1: number; readonly precision: number } | null;
  /** Trained parameters. */
  readonly parameters: number;
  /** Seconds of training and evaluation, added over seeds. */
  readonly seconds: number;
  /** Runs that the estimates are over. */
  readonly seeds: number;
}

/** A row none of whose runs finished. */
export interface FailedRow {
  /** The row's name. */
  readonly name: string;
  /** Why. */
  readonly failure: string;
}

/** Resamples of the paired bootstrap. */
const RESAMPLES = 1000;

/** Estimates for every row that has results; `comparable` adds the paper's numbers. */
export function summarize(
  experiment: Experiment,
  results: ReadonlyMap<string, readonly RunResult[]>,
  comparable: boolean,
): SummaryRow[] {
  const marn = results.get("MARN");
  return experiment.rows.flatMap(({ name }) => {
    const runs = results.get(name);
    if (!runs || runs.length === 0) return [];
    const metrics = experiment.columns.map((metric, column) => [
      metric,
      estimate(runs, metric, comparable ? experiment.paper?.[name]?.[column] ?? null : null),
    ]);
    return [{
      name,
      metrics: Object.fromEntries(metrics),
      versusMarn: name === "MARN" || !marn ? null : compare(runs, marn),
      parameters: runs[0]!.parameters,
      seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
      seeds: runs.length,
    }];
  });
}

/** The table in Markdown. */
export function renderSummary(
  experiment: Experiment,
  rows: readonly SummaryRow[],
  failed: readonly FailedRow[],
  notes: readonly string[],
): string {
  const withPaper = rows.some(({ metrics }) =>
    Object.values(metrics).some(({ paper }) => paper !== null)
  );
  const compared = rows.some(({ versusMarn }) => versusMarn !== null);
  const heading = [
    "system",
    ...experiment.columns.flatMap((metric) => withPaper ? [metric, "paper", "Δ"] : [metric]),
    ...(compared ? ["p (micro-F1)", "p (P@k)"] : []),
    "parameters",
    "seconds",
  ];
  const lines = rows.map((row) => [
    row.name,
    ...experiment.columns.flatMap((metric) => cells(row.metrics[metric]!, withPaper)),
    ...(compared ? [formatP(row.versusMarn?.micro_f1), formatP(row.versusMarn?.precision)] : []),
    row.parameters.toLocaleString("en"),
    row.seconds.toFixed(0),
  ]);
  const failures = failed.map(({ name, failure }) => `- ${name}: failed: ${failure}`);
  return [
    `# ${experiment.title}`,
    "",
    ...notes.map((note) => `${note}\n`),
    ...[heading, heading.map((_, i) => i === 0 ? "---" : "---:"), ...lines].map((line) =>
      `| ${line.join(" | ")} |`
    ),
    ...(failures.length > 0 ? ["", ...failures] : []),
    "",
  ].join("\n");
}

function estimate(runs: readonly RunResult[], metric: Metric, paper: number | null): Estimate {
  const values = runs.map((run) => percent(run, metric));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null;
  return { mean, deviation, paper };
}

function compare(
  runs: readonly RunResult[],
  marn: readonly RunResult[],
): { micro_f1: number; precision: number } {
  // Only seeds that both have, so that neither side gets more votes.
  const seeds = Math.min(runs.length, marn.length);
  const counts = (results: readonly RunResult[]) =>
    addCounts(results.slice(0, seeds).map(({ counts }) => counts));
  const { microF1, precision } = pairedBootstrap(counts(runs), counts(marn), {
    size: RESAMPLES,
    seed: 1,
  });
  return { micro_f1: microF1, precision };
}

function cells({ mean, deviation, paper }: Estimate, withPaper: boolean): string[] {
  const value = deviation === null
    ? mean.toFixed(1)
    : `${mean.toFixed(1)} ± ${deviation.toFixed(1)}`;
  if (!withPaper) return [value];
  return paper === null ? [value, "–", "–"] : [value, paper.toFixed(1), signed(mean - paper)];
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;
}

function formatP(p: number | undefined): string {
  if (p === undefined) return "–";
  return p < 0.01 ? p.toFixed(3) : p.toFixed(2);
}
