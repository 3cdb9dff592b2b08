import assert from "node:assert/strict";
import { planReference, planRuns } from "../../../tasks/experiment/plan.ts";
import type { FinishedRun } from "../../../tasks/experiment/finished.ts";
import { summarize } from "../../../tasks/experiment/summary.ts";
import { marnRow } from "../../../tasks/reproduce/rows.ts";
import { experimentOf } from "../../_support/experiments.ts";
import {
  finishedRun,
  marnFinished,
  marnRuns,
  planOptions,
  ramlessFinished,
  resultOf,
  table5,
} from "../../_support/summary_runs.ts";

const finished = [...marnFinished, ...ramlessFinished];

Deno.test("a row holds mean and deviation over its seeds, beside the paper's number", () => {
  const [marn] = summarize(table5, finished, marnFinished, true);
  const { mean, deviation, paper, difference } = marn!.metrics.micro_f1!;
  assert.equal(mean.toFixed(9), "71.000000000");
  assert.equal(deviation!.toFixed(9), Math.SQRT2.toFixed(9));
  assert.equal(paper, 71.8);
  assert.equal(difference!.toFixed(9), "-0.800000000");
});

Deno.test("a row without results is left out, and one seed has no deviation", () => {
  const rows = summarize(table5, marnFinished.slice(0, 1), [], true);
  assert.deepEqual(rows.map(({ name }) => name), ["MARN"]);
  assert.equal(rows[0]!.metrics.micro_f1!.deviation, null);
});

Deno.test("a row holds what its runs cost, and which they are", () => {
  const [, ramless] = summarize(table5, finished, marnFinished, true);
  const { name, parameters, seconds, runs } = ramless!;
  assert.deepEqual({ name, parameters, seconds, runs }, {
    name: "w/o RAM",
    parameters: 1234567,
    seconds: 10,
    runs: ramlessFinished.map(({ run }) => ({ seed: run.config.seed, name: run.name })),
  });
});

Deno.test("data that does not compare has no number of the paper", () => {
  const [marn] = summarize(table5, finished, marnFinished, false);
  const { paper, difference } = marn!.metrics.micro_f1!;
  assert.deepEqual({ paper, difference }, { paper: null, difference: null });
});

Deno.test("a row is compared with MARN, document by document, but for MARN itself", () => {
  assert.deepEqual(marnRuns.map(({ name }) => name), marnFinished.map(({ run }) => run.name));
  const [marn, ramless] = summarize(table5, finished, marnFinished, true);
  assert.equal(marn!.versusMarn, null);
  assert.ok(ramless!.versusMarn!.micro_f1 < 0.01);
  assert.ok(ramless!.versusMarn!.precision < 0.01);
  assert.deepEqual(ramless!.versusMarn!.seeds, [1, 2]);
});

Deno.test("runs are paired by their seeds, not by their order", () => {
  // Seed 2 of MARN equals seed 2 of the row; the row's seed 1 is better than MARN's.
  const best = finishedRun("w/o RAM", 1, resultOf(0.9, 2));
  const same = finishedRun("w/o RAM", 2, resultOf(0.5, 1));
  const reference = [
    finishedRun("MARN", 1, resultOf(0.5, 0)),
    finishedRun("MARN", 2, resultOf(0.5, 1)),
  ];
  const versus = (rows: FinishedRun[], marn: FinishedRun[]) =>
    summarize(table5, rows, marn, false)[0]!.versusMarn;
  assert.deepEqual(versus([same], reference), { micro_f1: 1, precision: 1, seeds: [2] });
  assert.ok(versus([best], reference)!.micro_f1 < 0.01);
  assert.deepEqual(versus([best, same], reference.slice(1))!.seeds, [2]);
  assert.equal(versus([best], reference.slice(1)), null);
});

Deno.test("MARN need not be a row to be compared with, and a row that is MARN has no p-value", () => {
  const figure = experimentOf("figure-12");
  const one = { ...planOptions, seeds: 1 };
  const planned = planRuns(figure, one).map((run) => ({ run, result: resultOf(0.6, 1) }));
  const reference = planReference(figure, one, marnRow).map((run) => ({
    run,
    result: resultOf(0.7, 2),
  }));
  const without = summarize(figure, planned, reference, true)
    .filter(({ versusMarn }) => versusMarn === null).map(({ name }) => name);
  assert.deepEqual(without, ["α = 0.999", "γ = 2"]);
});
