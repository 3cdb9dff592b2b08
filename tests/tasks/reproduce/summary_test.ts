import assert from "node:assert/strict";
import { experiments } from "../../../tasks/reproduce/experiments.ts";
import { planMarn, planRuns } from "../../../tasks/reproduce/plan.ts";
import type { RunResult } from "../../../tasks/reproduce/result.ts";
import { type FinishedRun, renderSummary, summarize } from "../../../tasks/reproduce/summary.ts";

const table5 = experiments.find(({ id }) => id === "table-5")!;
const options = { preset: "mimic3-50", seeds: 2, set: [], dataset: "abc" };
const runs = planRuns(table5, options);
const marnRuns = planMarn(table5, options);

function result(microF1: number, hits: number[]): RunResult {
  const values = Object.fromEntries(table5.columns.map((metric) => [metric, microF1]));
  const full = hits.map(() => 2);
  const precision = hits.map((hit) => hit / 5);
  return {
    values: { ...values, micro_f1_tuned: 0.75 },
    counts: { hits, assigned: full, positive: full, precision },
    split: "test",
    parameters: 1234567,
    epochs: 2,
    seconds: 10,
  };
}

function finished(row: string, seed: number, result: RunResult): FinishedRun {
  const run = runs.find(({ rows, config }) => rows.includes(row) && config.seed === seed)!;
  return { run, result };
}

const every = (hit: number) => Array<number>(40).fill(hit);
const marn = [
  finished("MARN", 1, result(0.7, every(2))),
  finished("MARN", 2, result(0.72, every(2))),
];
const others = [
  finished("w/o RAM", 1, result(0.6, every(1))),
  finished("w/o RAM", 2, result(0.61, every(1))),
];

Deno.test("rows hold mean, deviation, the paper's number, the difference and paired p-values", () => {
  assert.deepEqual(marnRuns.map(({ name }) => name), marn.map(({ run }) => run.name));
  const [first, without] = summarize(table5, [...marn, ...others], marn, true);
  assert.deepEqual([first!.name, without!.name], ["MARN", "w/o RAM"]);
  const { mean, deviation, paper, difference } = first!.metrics.micro_f1!;
  assert.ok(Math.abs(mean - 71) < 1e-9 && Math.abs(deviation! - Math.SQRT2) < 1e-9);
  assert.equal(paper, 71.8);
  assert.ok(Math.abs(difference! + 0.8) < 1e-9);
  assert.equal(first!.versusMarn, null);
  assert.ok(without!.versusMarn!.micro_f1 < 0.01);
  assert.deepEqual(without!.versusMarn!.seeds, [1, 2]);
  assert.equal(without!.seconds, 10);
});

Deno.test("runs are paired by their seeds, not by their order", () => {
  // Seed 2 of MARN equals seed 2 of the row; the row's seed 1 is better than MARN's.
  const best = finished("w/o RAM", 1, result(0.9, every(2)));
  const same = finished("w/o RAM", 2, result(0.5, every(1)));
  const reference = [
    finished("MARN", 1, result(0.5, every(0))),
    finished("MARN", 2, result(0.5, every(1))),
  ];
  const versus = (rows: FinishedRun[], marn: FinishedRun[]) =>
    summarize(table5, rows, marn, false)[0]!.versusMarn;
  assert.deepEqual(versus([same], reference), { micro_f1: 1, precision: 1, seeds: [2] });
  assert.ok(versus([best], reference)!.micro_f1 < 0.01);
  assert.deepEqual(versus([best, same], reference.slice(1))!.seeds, [2]);
  assert.equal(versus([best], reference.slice(1)), null);
});

Deno.test("MARN need not be a row to be compared with, and a row that is MARN has no p-value", () => {
  const figure = experiments.find(({ id }) => id === "figure-12")!;
  const one = { ...options, seeds: 1 };
  const planned = planRuns(figure, one).map((run) => ({ run, result: result(0.6, every(1)) }));
  const reference = planMarn(figure, one).map((run) => ({ run, result: result(0.7, every(2)) }));
  const without = summarize(figure, planned, reference, true)
    .filter(({ versusMarn }) => versusMarn === null).map(({ name }) => name);
  assert.deepEqual(without, ["α = 0.999", "γ = 2"]);
});

Deno.test("the table shows the paper's column only where it compares, and failures below", () => {
  const all = [...marn, ...others];
  const failed = [{ run: runs[1]!, failure: "training step 3: loss NaN" }];
  const shown = renderSummary(table5, summarize(table5, all, marn, true), failed, ["Synthetic."]);
  assert.match(
    shown,
    /\| MARN +\|.* 71\.0 ± 1\.4 \| +71\.8 \| +−0\.8 \|.* – \| +– \| +1,234,567 \|/,
  );
  assert.match(shown, /^### Table 5: ablations/);
  assert.match(shown, /Synthetic\.\n/);
  assert.match(shown, /- w\/o MTL, seed 1, failed: training step 3: loss NaN/);
  const alone = renderSummary(table5, summarize(table5, all, marn, false), [], []);
  assert.doesNotMatch(alone, /paper/);
  assert.match(alone, /\| w\/o RAM +\|.* 60\.5 ± 0\.7 \|.* 75\.0 ± 0\.0 \|/);
  const uncompared = renderSummary(table5, summarize(table5, others, [], false), [], []);
  assert.doesNotMatch(uncompared, /\bp, /);
});

Deno.test("a value that is undefined is a dash, in the table, and null in the record", () => {
  const undefinedAuc = result(NaN, every(1));
  const rows = summarize(table5, [finished("MARN", 1, undefinedAuc)], [], true);
  assert.match(renderSummary(table5, rows, [], []), /\| MARN +\| +– \| +92\.7 \| +– \|/);
  assert.equal(JSON.parse(JSON.stringify(rows))[0].metrics.macro_auc.mean, null);
});
