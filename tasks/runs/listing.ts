/**
 * Runs as a table, and for programs.
 *
 * @module
 */
import { basename, dirname } from "node:path";
import { type Metric, METRICS } from "../../model/metrics/names.ts";
import { quoted, UsageError } from "../../pipeline/errors.ts";
import { nearest } from "../../pipeline/text/nearest.ts";
import { formatPercent } from "../cli/format.ts";
import { metricTitle } from "../report/metrics.ts";
import { systemTitle } from "../report/systems.ts";
import type { Table } from "../report/table.ts";
import { comparedCutoff } from "../experiment/experiment.ts";
import type { RunScores, ScoredRun } from "./scores.ts";

/** A run for programs; what is not known is null. */
export interface ListedRun {
  /** Directory. */
  readonly run: string;
  readonly state: ScoredRun["state"];
  /** As `--model` says it, and as tables do with what was changed of it. */
  readonly system: string | null;
  readonly title: string | null;
  readonly dataset: string | null;
  readonly labelSet: string | null;
  readonly target: string | null;
  readonly seed: number | null;
  /** Epochs done, and the most there can be. */
  readonly epoch: number;
  readonly epochs: number | null;
  /** What early stopping watches, and its best value on dev. */
  readonly monitor: string | null;
  readonly best: number | null;
  /** The split of the metrics. */
  readonly split: string | null;
  /** From 0 to 1; null where undefined. */
  readonly metrics: { readonly [metric: string]: number | null };
  readonly restricted: boolean | null;
  readonly problems: readonly string[];
}

/** A run for programs. */
export function listedRun({ directory, state, record, progress, scores, problems }: ScoredRun) {
  const config = record?.config;
  const [shown] = scores;
  const listed: ListedRun = {
    run: directory,
    state,
    system: config?.model.name ?? null,
    title: config ? systemTitle(config) : null,
    dataset: record?.dataset.directory ?? null,
    labelSet: record?.dataset.labelSet ?? null,
    target: config?.target ?? null,
    seed: config?.seed ?? null,
    epoch: progress.epoch,
    epochs: config?.epochs ?? null,
    monitor: config?.monitor ?? null,
    best: progress.stopping.best,
    split: shown?.split ?? null,
    metrics: metricsOf(shown),
    restricted: record?.dataset.restricted ?? null,
    problems,
  };
  return listed;
}

function metricsOf(scores: RunScores | undefined): ListedRun["metrics"] {
  const entries = Object.entries(scores?.values ?? {});
  return Object.fromEntries(
    entries.map(([metric, value]) => [metric, Number.isNaN(value) ? null : value]),
  );
}

/** Columns other than metrics by which runs can be sorted. */
const SORTABLE = ["run", "state", "system", "dataset", "seed", "epoch", "best"] as const;

/** What runs can be sorted by. */
export type SortKey = Metric | typeof SORTABLE[number];

/** The key of `--sort`. Throws {@linkcode UsageError} naming the nearest. */
export function parseSortKey(text: string): SortKey {
  const keys: readonly SortKey[] = [...SORTABLE, ...METRICS];
  const found = keys.find((key) => key === text);
  if (found !== undefined) return found;
  throw new UsageError(
    `reading --sort ${quoted(text)}: expected one of ${keys.join(", ")}; ` +
      `the nearest is ${nearest(text, keys)}`,
  );
}

/** Sorted: metrics from the best down, all else from the least up, what has none last. */
export function sortRuns(runs: readonly ListedRun[], key: SortKey): ListedRun[] {
  const isMetric = METRICS.some((metric) => metric === key) || key === "best";
  const valueOf = (run: ListedRun) =>
    SORTABLE.some((name) => name === key)
      ? run[key as typeof SORTABLE[number]]
      : run.metrics[key] ?? null;
  return runs.toSorted((a, b) => {
    const [one, other] = [valueOf(a), valueOf(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    const order = one < other ? -1 : one > other ? 1 : 0;
    return isMetric ? -order : order;
  });
}

/** The table: headline metrics, and the one that it is sorted by. */
export function listTable(runs: readonly ListedRun[], key: SortKey, folder: string): Table {
  const metrics = headlineMetrics(runs, key);
  const best = (run: ListedRun) => run.best === null ? "" : formatMonitor(run.monitor, run.best);
  return {
    title: `Runs in ${folder}`,
    columns: [
      "run",
      "system",
      "data",
      "seed",
      "state",
      "epoch",
      "best on dev",
      "split",
      ...metrics.map(metricTitle),
    ],
    rows: runs.map((run) => [
      run.run,
      run.title ?? "",
      run.dataset === null ? "" : dataName(run.dataset),
      `${run.seed ?? ""}`,
      run.state,
      `${run.epoch}/${run.epochs ?? "?"}`,
      best(run),
      run.split ?? "",
      ...metrics.map((metric) => formatPercent(run.metrics[metric] ?? NaN)),
    ]),
  };
}

function headlineMetrics(runs: readonly ListedRun[], key: SortKey): Metric[] {
  const cutoffs = new Set(
    runs.flatMap(({ labelSet }) => labelSet ? [comparedCutoff(labelSet)] : []),
  );
  const usual: Metric[] = ["micro_f1", "micro_f1_tuned", "macro_f1_caml", "micro_auc"];
  const sorted = METRICS.filter((metric) => metric === key);
  const precision = METRICS.filter((metric) => [...cutoffs].some((k) => metric === `p@${k}`));
  return [...new Set([...sorted, ...usual, ...precision])];
}

function formatMonitor(monitor: string | null, value: number): string {
  return `${monitor} ${value.toFixed(4)}`;
}

/** `data/top50` of `/home/me/marn/data/top50`. */
function dataName(directory: string): string {
  return `${basename(dirname(directory))}/${basename(directory)}`;
}
