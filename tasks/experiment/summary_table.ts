/**
 * The rows of an experiment as the table that people read.
 *
 * @module
 */
import type { SeedEstimate } from "../../model/analysis/estimate.ts";
import { formatWhole } from "../cli/format.ts";
import { metricTitle } from "../report/metrics.ts";
import { formatMarkdown, type Table } from "../report/table.ts";
import { comparedCutoff, type Experiment } from "./experiment.ts";
import type { PlannedRun } from "./plan.ts";
import { type SummaryRow, TUNED } from "./summary.ts";

/** A run that failed, and so is in no mean. */
export interface FailedRun {
  readonly run: PlannedRun;
  /** Why, on one line. */
  readonly failure: string;
}

/** The table in Markdown, what a reader has to know below it, and what failed. */
export function formatSummary(
  experiment: Experiment,
  rows: readonly SummaryRow[],
  failed: readonly FailedRun[],
  notes: readonly string[],
): string {
  const columns = summaryColumns(experiment, rows);
  const table = {
    title: experiment.title,
    columns: columns.map(({ head }) => head),
    rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
  };
  return formatAnnotated(table, notes, failed);
}

/** A table in Markdown, a paragraph for each note below it, and what failed. */
export function formatAnnotated(
  table: Table,
  notes: readonly string[],
  failed: readonly FailedRun[],
): string {
  const paragraphs = notes.map((note) => `${note}\n`);
  return [formatMarkdown(table), ...paragraphs, ...formatFailures(failed)].join("\n");
}

/** A line for each run that failed, and an empty one; nothing where none did. */
function formatFailures(failed: readonly FailedRun[]): string[] {
  const lines = failed.map(({ run, failure }) =>
    `- ${run.rows.join(", ")}, seed ${run.config.seed}, failed: ${failure}`
  );
  return lines.length > 0 ? [...lines, ""] : [];
}

interface SummaryColumn {
  readonly head: string;
  readonly cell: (row: SummaryRow) => string;
}

/** The paper's columns and the p-values' stand only where a row has some. */
function summaryColumns(experiment: Experiment, rows: readonly SummaryRow[]): SummaryColumn[] {
  const withPaper = rows.some(({ metrics }) =>
    Object.values(metrics).some(({ paper }) => paper !== null)
  );
  const compared = rows.some(({ versusMarn }) => versusMarn !== null);
  const cutoff = comparedCutoff(experiment.labelSet);
  const valueColumn = (metric: string, head: string): SummaryColumn => {
    return { head, cell: ({ metrics }) => formatEstimate(metrics[metric]!) };
  };
  return [
    { head: "system", cell: ({ name }) => name },
    ...experiment.columns.flatMap((metric) => [
      valueColumn(metric, metricTitle(metric)),
      ...(withPaper ? paperColumns(metric) : []),
    ]),
    valueColumn(TUNED, metricTitle(TUNED)),
    ...(compared ? testColumns(cutoff) : []),
    { head: "parameters", cell: ({ parameters }) => formatWhole(parameters) },
    { head: "training s", cell: ({ seconds }) => seconds.toFixed(0) },
  ];
}

function paperColumns(metric: string): SummaryColumn[] {
  return [
    { head: "paper", cell: ({ metrics }) => formatFixed(metrics[metric]!.paper) },
    { head: "Δ", cell: ({ metrics }) => formatSigned(metrics[metric]!.difference) },
  ];
}

function testColumns(cutoff: number): SummaryColumn[] {
  return [
    { head: "p, micro F1", cell: ({ versusMarn }) => formatP(versusMarn?.micro_f1) },
    { head: `p, P@${cutoff}`, cell: ({ versusMarn }) => formatP(versusMarn?.precision) },
  ];
}

/** `64.8 ± 2.1`; a dash where the mean is undefined. */
export function formatEstimate({ mean, deviation }: SeedEstimate): string {
  return deviation === null
    ? formatFixed(mean)
    : `${formatFixed(mean)} ± ${formatFixed(deviation)}`;
}

function formatFixed(value: number | null): string {
  return value === null || Number.isNaN(value) ? "–" : value.toFixed(1);
}

/** `+1.2`, `−0.3`, or a dash. */
export function formatSigned(value: number | null): string {
  if (value === null || Number.isNaN(value)) return "–";
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;
}

/** A p-value with two digits, small ones with three; a dash where there is none. */
export function formatP(p: number | undefined): string {
  if (p === undefined) return "–";
  return p < 0.01 ? p.toFixed(3) : p.toFixed(2);
}
