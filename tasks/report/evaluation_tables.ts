/**
 * The tables of an evaluation: systems beside each other, and one system by groups of labels.
 *
 * @module
 */
import type { TrainConfig } from "../../model/config/config.ts";
import type { Metrics } from "../../model/metrics/evaluate.ts";
import { type Metric, METRICS } from "../../model/metrics/names.ts";
import type { SystemEvaluation } from "../../model/run/evaluate_run.ts";
import { type PerTask, type Split, SPLITS, type Task, TASKS } from "../../pipeline/schema.ts";
import { formatPercent } from "../cli/format.ts";
import type { CohortSubject } from "./cohort_notes.ts";
import { metricTitle } from "./metrics.ts";
import { type PaperRow, paperRow } from "./paper.ts";
import { systemTitle } from "./systems.ts";
import type { Table } from "./table.ts";

/** What a report is made from. */
export interface EvaluationReport {
  /** How the run was trained. */
  readonly config: TrainConfig;
  /** Whether the weights are the latest epoch's because no epoch's score was ever defined. */
  readonly standIn?: boolean | undefined;
  /** The engine it was evaluated on, in words. */
  readonly engine: string;
  readonly dataset: CohortSubject;
  /** The run's model first, then the baselines. */
  readonly systems: readonly SystemEvaluation[];
}

/** What label sets are called. */
export const taskTitles: PerTask<string> = { icd: "ICD codes", ccs: "CCS categories" };

const headline: readonly Metric[] = [
  "macro_auc",
  "micro_auc",
  "macro_f1_caml",
  "macro_f1",
  "macro_f1_present",
  "micro_f1",
  "macro_f1_tuned",
  "micro_f1_tuned",
  "p@5",
  "p@8",
  "p@15",
  "r_precision",
  "map",
];
const groupColumns: readonly Metric[] = [
  "macro_auc",
  "micro_auc",
  "macro_f1",
  "micro_f1",
  "macro_f1_tuned",
  "micro_f1_tuned",
  "p@5",
  "map",
];

/** The metrics that papers report, a table for each label set and split. */
export function headlineTables(report: EvaluationReport): Table[] {
  return forEachSplit(report, (task, split) => [systemsTable(report, task, split, headline)]);
}

/** Every metric, a table for each label set and split, and one by groups of labels behind each. */
export function allTables(report: EvaluationReport): Table[] {
  return forEachSplit(report, (task, split) => [
    systemsTable(report, task, split, METRICS),
    ...groupTables(report, task, split),
  ]);
}

function forEachSplit(
  { systems }: EvaluationReport,
  make: (task: Task, split: Split) => Table[],
): Table[] {
  return TASKS.flatMap((task) =>
    SPLITS.flatMap((split) => systems[0]?.tasks[task]?.splits[split] ? make(task, split) : [])
  );
}

/** A column of {@linkcode systemsTable}. */
interface SystemColumn {
  readonly head: string;
  readonly cell: (metric: Metric) => string;
  readonly threshold: string;
}

/** Rows are metrics, columns systems: the run's, the baselines', the paper's. */
function systemsTable(
  report: EvaluationReport,
  task: Task,
  split: Split,
  metrics: readonly Metric[],
): Table {
  const { systems, config, dataset } = report;
  const { documents, labels, present } = systems[0]!.tasks[task]!.splits[split]!.all;
  const paper = split === "test" ? paperRow(config, task, dataset) : undefined;
  const columns = [
    ...systems.map((system, at) =>
      systemColumn(system, task, split, at === 0 ? systemTitle(config) : system.system)
    ),
    ...(paper ? [paperColumn(paper)] : []),
  ];
  return {
    title: `${taskTitles[task]}, ${split}: ${documents} documents, ${labels} labels, ` +
      `${present} of them present`,
    columns: ["metric", ...columns.map(({ head }) => head)],
    rows: [
      ...metrics.map((metric) => [metricTitle(metric), ...columns.map(({ cell }) => cell(metric))]),
      ["tuned threshold", ...columns.map(({ threshold }) => threshold)],
    ],
  };
}

function systemColumn(
  { tasks }: SystemEvaluation,
  task: Task,
  split: Split,
  head: string,
): SystemColumn {
  const { threshold, splits } = tasks[task]!;
  return {
    head,
    cell: (metric) => formatValue(splits[split]!.all, metric),
    threshold: threshold.toFixed(3),
  };
}

function paperColumn({ table, values }: PaperRow): SystemColumn {
  return {
    head: `paper, Table ${table}`,
    cell: (metric) => formatPercent(values.get(metric) ?? NaN),
    threshold: "",
  };
}

/** Rows are groups of labels, columns metrics of the run's system; no table where there are none. */
function groupTables(report: EvaluationReport, task: Task, split: Split): Table[] {
  const { groups } = report.systems[0]!.tasks[task]!.splits[split]!;
  if (Object.keys(groups).length === 0) return [];
  return [{
    title: `${taskTitles[task]}, ${split}, ${systemTitle(report.config)} by group of labels`,
    columns: ["labels", "number", "true", ...groupColumns.map(metricTitle)],
    rows: Object.entries(groups).map(([name, metrics]) => [
      name,
      String(metrics.labels),
      String(metrics.positives),
      ...groupColumns.map((metric) => formatValue(metrics, metric)),
    ]),
  }];
}

function formatValue({ values, intervals }: Metrics, metric: Metric): string {
  const value = formatPercent(values[metric]);
  if (!intervals || value === "") return value;
  const [low, high] = intervals[metric];
  return `${value} (${formatPercent(low)}–${formatPercent(high)})`;
}
