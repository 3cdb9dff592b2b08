/**
 * An evaluation as tables and as a Markdown report.
 *
 * @module
 */
import { type Baseline, MOST_FITTED } from "../../model/baselines/baselines.ts";
import type { TrainConfig } from "../../model/config/config.ts";
import type { SystemEvaluation } from "../../model/run/evaluate_run.ts";
import type { Metrics } from "../../model/metrics/evaluate.ts";
import { type Metric, METRICS } from "../../model/metrics/names.ts";
import { type Manifest, type Split, SPLITS, type Task } from "../../pipeline/schema.ts";
import { type PaperRow, paperRow, systemTitle } from "./systems.ts";
import { formatMarkdown, type Table } from "./table.ts";

/** What a report is made from. */
export interface EvaluationReport {
  /** How the run was trained. */
  readonly config: TrainConfig;
  /** The engine it ran on, in words. */
  readonly engine: string;
  /** The dataset. */
  readonly manifest: Manifest;
  /** The run's model first, then the baselines. */
  readonly systems: readonly SystemEvaluation[];
}

const regression: Baseline = "bag-of-words logistic regression";
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
const taskTitles: { readonly [task in Task]: string } = { icd: "ICD codes", ccs: "CCS categories" };

/** The tables to print: the metrics that papers report, for each label set and split. */
export function headlineTables(report: EvaluationReport): Table[] {
  return forEachSplit(report, (task, split) => [systemsTable(report, task, split, headline)]);
}

/** The whole report in Markdown. */
export function formatReport(report: EvaluationReport): string {
  const tables = forEachSplit(report, (task, split) => [
    systemsTable(report, task, split, METRICS),
    ...groupTable(report, task, split),
  ]);
  return [
    `# ${systemTitle(report.config)} on ${report.manifest.labelSet}`,
    "",
    ...reportNotes(report),
    "",
    ...tables.map(formatMarkdown),
  ].join("\n");
}

/** What a reader of the tables has to know, a paragraph each. */
export function reportNotes({ config, engine, manifest, systems }: EvaluationReport): string[] {
  const { train, dev, test } = manifest.documents;
  const intervals = Object.values(systems[0]?.tasks ?? {})
    .flatMap(({ splits }) => Object.values(splits)).some(({ all }) => all.intervals);
  const notes = [
    `${train} train, ${dev} dev and ${test} test documents; trained with seed ${config.seed}, ` +
    `evaluated on ${engine}.`,
    "All values in percent. F1 at a threshold of 0.5, where the name says `tuned` at the one that " +
    "maximises micro-F1 on dev. `macro F1 (CAML)` is the harmonic mean of macro precision and macro " +
    "recall, which the paper reports; `macro F1` is the mean of the labels' F1, " +
    "`of labels present` over the labels that occur in the split.",
  ];
  if (intervals) notes.push("In brackets 95% bootstrap intervals over documents.");
  const labels = Math.max(...Object.values(manifest.labels));
  if (systems.some(({ system }) => system === regression) && labels > MOST_FITTED) {
    notes.push(
      `Logistic regression is fitted for the ${MOST_FITTED} most frequent labels; the others keep ` +
        "their training frequency.",
    );
  }
  if (manifest.synthetic) {
    notes.push("**The notes are synthetic**: these figures say nothing about clinical text.");
  }
  if (manifest.restricted) {
    notes.push(
      "Made from MIMIC-III: weights, vocabulary and predictions are restricted by its data use " +
        "agreement.",
    );
  }
  return notes.flatMap((note) => [note, ""]).slice(0, -1);
}

/** A metric as tables write it. */
export function metricTitle(metric: Metric): string {
  const tuned = metric.endsWith("_tuned"), name = metric.replace(/_tuned$/, "");
  const special: { readonly [name: string]: string } = {
    map: "MAP",
    r_precision: "R-precision",
    macro_f1_caml: "macro F1 (CAML)",
    macro_f1_present: "macro F1 of labels present",
    macro_f1_caml_present: "macro F1 (CAML) of labels present",
  };
  const title = special[name] ??
    name.replace("_", " ").replace("auc", "AUC").replace("f1", "F1").replace(
      /^[pr]@/,
      (c) => c.toUpperCase(),
    );
  return tuned ? `${title}, tuned` : title;
}

function forEachSplit(
  { systems }: EvaluationReport,
  make: (task: Task, split: Split) => Table[],
): Table[] {
  return (["icd", "ccs"] as const).flatMap((task) =>
    SPLITS.flatMap((split) => systems[0]?.tasks[task]?.splits[split] ? make(task, split) : [])
  );
}

/** Rows are metrics, columns systems: the run's, the baselines', the paper's. */
function systemsTable(
  { systems, config, manifest }: EvaluationReport,
  task: Task,
  split: Split,
  metrics: readonly Metric[],
): Table {
  const evaluated = systems.map(({ tasks }) => tasks[task]!.splits[split]!.all);
  const thresholds = systems.map(({ tasks }) => tasks[task]!.threshold);
  const paper = split === "test" ? paperRow(config, task, manifest) : undefined;
  const [{ documents, labels, present }] = evaluated as [Metrics];
  const names = [systemTitle(config), ...systems.slice(1).map(({ system }) => system)];
  return {
    title: `${taskTitles[task]}, ${split}: ${documents} documents, ${labels} labels, ` +
      `${present} of them present`,
    columns: ["metric", ...names, ...paperHead(paper)],
    rows: [
      ...metrics.map((metric) => [
        metricTitle(metric),
        ...evaluated.map((metrics) => formatValue(metrics, metric)),
        ...(paper ? [percent(paper.values.get(metric) ?? NaN)] : []),
      ]),
      ["tuned threshold", ...thresholds.map((value) => value.toFixed(3)), ...(paper ? [""] : [])],
    ],
  };
}

/** Rows are groups of labels, columns metrics of the run's system. */
function groupTable(report: EvaluationReport, task: Task, split: Split): Table[] {
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

function paperHead(paper: PaperRow | undefined): string[] {
  return paper ? [`paper, Table ${paper.table}`] : [];
}

function formatValue({ values, intervals }: Metrics, metric: Metric): string {
  const value = values[metric];
  if (!intervals || Number.isNaN(value)) return percent(value);
  return `${percent(value)} (${intervals[metric].map(percent).join("–")})`;
}

function percent(value: number): string {
  return Number.isNaN(value) ? "" : (value * 100).toFixed(1);
}
