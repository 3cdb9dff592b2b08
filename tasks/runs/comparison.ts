/**
 * Two runs beside each other: what differs in their configurations, and by how much their scores do.
 *
 * @module
 */
import { differingKeys, flatten } from "../../model/config/config.ts";
import { type DocumentCounts, pairedBootstrap } from "../../model/metrics/bootstrap/paired.ts";
import { type Metric, METRICS } from "../../model/metrics/names.ts";
import { DataError, ReportedError } from "../../pipeline/errors.ts";
import { comparedCutoff } from "../experiment/experiment.ts";
import { RESAMPLES } from "../experiment/summary.ts";
import type { RunScores, ScoredRun } from "./scores.ts";

/** One key that differs; null where a run does not have it. */
export interface Difference {
  readonly key: string;
  readonly values: readonly [Value, Value];
}

type Value = string | number | boolean | null;

/** One metric of both, from 0 to 1; null where undefined. */
export interface ComparedMetric {
  readonly metric: Metric;
  readonly values: readonly [number | null, number | null];
  /** The second's less the first's. */
  readonly difference: number | null;
  /** Two-sided, by the paired bootstrap; null where there is none. */
  readonly p: number | null;
}

/** Two runs, compared. */
export interface RunComparison {
  readonly runs: readonly [string, string];
  readonly differences: readonly Difference[];
  /** The split that both were evaluated on; null where there is none. */
  readonly split: string | null;
  readonly metrics: readonly ComparedMetric[];
  /** Resamples behind the p-values. */
  readonly resamples: number;
  /** Why there are no p-values or no metrics, where there are none. */
  readonly notes: readonly string[];
}

type Pair<T> = readonly [T, T];

/** Compares two runs. What cannot be compared is said in `notes`. Throws {@linkcode DataError}. */
export async function compareRuns(runs: Pair<ScoredRun>): Promise<RunComparison> {
  const notes: string[] = [];
  const shared = sharedScores(runs, notes);
  const p = shared ? await testDifference(runs, shared, notes) : undefined;
  return {
    runs: [runs[0].directory, runs[1].directory],
    differences: differencesOf(runs),
    split: shared?.[0].split ?? null,
    metrics: shared ? METRICS.map((metric) => comparedMetric(metric, shared, p)) : [],
    resamples: RESAMPLES,
    notes,
  };
}

function differencesOf([a, b]: Pair<ScoredRun>): Difference[] {
  const [one, other] = [recordOf(a), recordOf(b)];
  const [flatOne, flatOther] = [flatten(one.config), flatten(other.config)];
  const keys = differingKeys(one.config, other.config).map((key): Difference => ({
    key,
    values: [flatOne.get(key) ?? null, flatOther.get(key) ?? null],
  }));
  const beside: readonly Difference[] = [
    { key: "dataset", values: [one.dataset.directory, other.dataset.directory] },
    { key: "dataset.hash", values: [one.dataset.hash, other.dataset.hash] },
    { key: "engine", values: [one.engine.description, other.engine.description] },
  ];
  return [...keys, ...beside.filter(({ values: [first, second] }) => first !== second)];
}

function recordOf({ directory, record, problems }: ScoredRun) {
  if (record) return record;
  throw new DataError(`comparing ${directory}: ${problems[0] ?? "its record cannot be read"}`);
}

/** Scores of the same label set on the same split. */
function sharedScores(runs: Pair<ScoredRun>, notes: string[]): Pair<RunScores> | undefined {
  const [a, b] = runs;
  const missing = runs.filter(({ scores }) => scores.length === 0);
  for (const { directory } of missing) {
    notes.push(`${directory} has no evaluation: deno task evaluate --run ${directory}`);
  }
  if (missing.length > 0) return undefined;
  const targets = runs.map((run) => recordOf(run).config.target);
  if (targets[0] !== targets[1]) {
    notes.push(`They are about different label sets: ${targets.join(" and ")}.`);
    return undefined;
  }
  for (const one of a.scores) {
    const other = b.scores.find(({ split }) => split === one.split);
    if (other) return [one, other];
  }
  notes.push("They were evaluated on different splits.");
  return undefined;
}

/** P-values by metric; undefined, with a note, where documents cannot be paired. */
async function testDifference(
  runs: Pair<ScoredRun>,
  [one, other]: Pair<RunScores>,
  notes: string[],
): Promise<ReadonlyMap<string, number> | undefined> {
  const [first, second] = runs.map((run) => recordOf(run).dataset);
  if (first!.hash !== second!.hash) {
    notes.push("No p-values: they were made on different datasets, whose documents do not pair.");
    return undefined;
  }
  try {
    const counts: Pair<DocumentCounts> = [await one.counts(), await other.counts()];
    const test = pairedBootstrap(counts[1], counts[0], { size: RESAMPLES, seed: 1 });
    const precision = `p@${comparedCutoff(first!.labelSet)}`;
    return new Map([["micro_f1", test.microF1], [precision, test.precision]]);
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    notes.push(`No p-values: ${error.message}.`);
    return undefined;
  }
}

function comparedMetric(
  metric: Metric,
  [one, other]: Pair<RunScores>,
  p: ReadonlyMap<string, number> | undefined,
): ComparedMetric {
  const [a, b] = [one, other].map(({ values }) => defined(values[metric]));
  return {
    metric,
    values: [a!, b!],
    difference: a === null || b === null ? null : b! - a!,
    p: p?.get(metric) ?? null,
  };
}

function defined(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
