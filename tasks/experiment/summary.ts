/**
 * Results of an experiment → its rows: estimates over seeds, beside the paper's and MARN's. Pure.
 *
 * @module
 */
import { estimateOver, meanOf, type SeedEstimate } from "../../model/analysis/estimate.ts";
import { addCounts, pairedBootstrap } from "../../model/metrics/bootstrap/paired.ts";
import type { Metric } from "../../model/metrics/names.ts";
import type { Task } from "../../pipeline/schema.ts";
import type { Experiment } from "./experiment.ts";
import type { FinishedRun } from "./finished.ts";
import { percent, type TaskResult } from "./result.ts";

/** Mean and deviation over seeds, in percent. */
export interface Estimate extends SeedEstimate {
  /** The paper's number; null where it has none that compares. */
  readonly paper: number | null;
  /** Ours less the paper's; null without the paper's. */
  readonly difference: number | null;
}

/** Two-sided p-values of the difference from MARN. */
export interface VersusMarn {
  readonly micro_f1: number;
  /** Of P@5 or, with the full label set, of P@8. */
  readonly precision: number;
  /** The seeds that both have, over which documents are paired. */
  readonly seeds: readonly number[];
}

/** A row of the table: the runs of one system over all seeds. */
export interface SummaryRow {
  readonly name: string;
  /** By metric. */
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

/** Resamples of the paired bootstrap. */
export const RESAMPLES = 1000;

/** In every row: a threshold of 0.5 says little of a system trained on few documents. */
export const TUNED: Metric = "micro_f1_tuned";

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
  const { target } = experiment;
  return experiment.rows.flatMap(({ name }) => {
    const runs = finished.filter(({ run }) => run.rows.includes(name));
    if (runs.length === 0) return [];
    const results = runs.map(({ result }) => result);
    const ofTarget = results.map(({ tasks }) => tasks[target]!);
    const paper = comparable ? experiment.paper[name] ?? [] : [];
    const metrics = [...experiment.columns, TUNED]
      .map((metric, column) => [metric, estimate(ofTarget, metric, paper[column] ?? null)]);
    return [{
      name,
      metrics: Object.fromEntries(metrics),
      versusMarn: compare(runs, marn, target),
      parameters: results[0]!.parameters,
      seconds: meanOf(results.map(({ seconds }) => seconds)),
      runs: runs.map(({ run }) => ({ seed: run.config.seed, name: run.name })),
    }];
  });
}

function estimate(runs: readonly TaskResult[], metric: Metric, paper: number | null): Estimate {
  const { mean, deviation } = estimateOver(runs.map((run) => percent(run, metric)));
  return { mean, deviation, paper, difference: paper === null ? null : mean - paper };
}

/** Pairs what both have: each document, and each seed by its number. */
function compare(
  runs: readonly FinishedRun[],
  marn: readonly FinishedRun[],
  target: Task,
): VersusMarn | null {
  if (runs.every(({ run }) => marn.some((other) => other.run.name === run.name))) return null;
  const pairs = runs.flatMap(({ run, result }) => {
    const other = marn.find((other) => other.run.config.seed === run.config.seed);
    if (!other) return [];
    return [{
      seed: run.config.seed,
      one: result.tasks[target]!,
      other: other.result.tasks[target]!,
    }];
  });
  if (pairs.length === 0) return null;
  const test = pairedBootstrap(
    addCounts(pairs.map(({ one }) => one.counts)),
    addCounts(pairs.map(({ other }) => other.counts)),
    { size: RESAMPLES, seed: 1 },
  );
  return {
    micro_f1: test.microF1,
    precision: test.precision,
    seeds: pairs.map(({ seed }) => seed),
  };
}
