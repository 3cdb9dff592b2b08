/** Results of Table 5's runs, made up: every document has two true and two assigned codes. */
import { type PlannedRun, planReference, planRuns } from "../../tasks/experiment/plan.ts";
import type { RunResult } from "../../tasks/experiment/result.ts";
import type { FinishedRun } from "../../tasks/experiment/finished.ts";
import { marnRow } from "../../tasks/reproduce/rows.ts";
import { experimentOf } from "./experiments.ts";

/** Table 5: ablations. */
export const table5 = experimentOf("table-5");

/** How its runs are planned: two seeds. */
export const planOptions = { preset: "mimic3-50", seeds: 2, set: [], dataset: "abc" };

/** Its runs. */
export const table5Runs: readonly PlannedRun[] = planRuns(table5, planOptions);

/** The runs of MARN itself. */
export const marnRuns: readonly PlannedRun[] = planReference(table5, planOptions, marnRow);

/** A result with the same value for each of the columns, and as many hits in each of 40 documents. */
export function resultOf(value: number, hits: number): RunResult {
  const every = (count: number) => Array<number>(40).fill(count);
  const values = Object.fromEntries(table5.columns.map((metric) => [metric, value]));
  return {
    tasks: {
      icd: {
        values: { ...values, micro_f1_tuned: 0.75 },
        counts: {
          hits: every(hits),
          assigned: every(2),
          positive: every(2),
          precision: every(hits / 5),
        },
      },
    },
    split: "test",
    epochs: 2,
    parameters: 1234567,
    seconds: 10,
  };
}

/** The run of a row and seed, with a result. */
export function finishedRun(row: string, seed: number, result: RunResult): FinishedRun {
  const run = table5Runs.find(({ rows, config }) => rows.includes(row) && config.seed === seed)!;
  return { run, result };
}

/** MARN's two seeds. */
export const marnFinished: readonly FinishedRun[] = [
  finishedRun("MARN", 1, resultOf(0.7, 2)),
  finishedRun("MARN", 2, resultOf(0.72, 2)),
];

/** Two seeds of the row without the RAM, all of whose documents are worse. */
export const ramlessFinished: readonly FinishedRun[] = [
  finishedRun("w/o RAM", 1, resultOf(0.6, 1)),
  finishedRun("w/o RAM", 2, resultOf(0.61, 1)),
];
