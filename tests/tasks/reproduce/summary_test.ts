import assert from "node:assert/strict";
import type { RunResult } from "../../../tasks/reproduce/execute.ts";
import { experiments } from "../../../tasks/reproduce/experiments.ts";
import { renderSummary, summarize } from "../../../tasks/reproduce/summary.ts";

const table5 = experiments.find(({ id }) => id === "table-5")!;

function result(microF1: number, hits: number[]): RunResult {
  const values = Object.fromEntries(table5.columns.map((metric) => [metric, microF1]));
  const full = hits.map(() => 2);
  const precision = hits.map((hit) => hit / 5);
  return {
    values,
    counts: { hits, assigned: full, positive: full, precision },
    split: "test",
    parameters: 1234567,
    epochs: 2,
    seconds: 10,
  };
}

const results = new Map([
  ["MARN", [result(0.7, Array(40).fill(2)), result(0.72, Array(40).fill(2))]],
  ["w/o RAM", [result(0.6, Array(40).fill(1)), result(0.61, Array(40).fill(1))]],
]);

Deno.test("rows hold mean, deviation, the paper's number and paired p-values", () => {
  const [marn, without] = summarize(table5, results, true);
  assert.deepEqual([marn!.name, without!.name], ["MARN", "w/o RAM"]);
  const { mean, deviation, paper } = marn!.metrics.micro_f1!;
  assert.ok(Math.abs(mean - 71) < 1e-9 && Math.abs(deviation! - Math.SQRT2) < 1e-9);
  assert.equal(paper, 71.8);
  assert.equal(marn!.versusMarn, null);
  assert.ok(without!.versusMarn!.micro_f1 < 0.01);
  assert.equal(without!.seconds, 20);
});

Deno.test("the table shows the paper's column only where it compares, and failures below", () => {
  const failed = [{ name: "w/o MTL", failure: "training step 3: loss NaN" }];
  const shown = renderSummary(table5, summarize(table5, results, true), failed, ["Synthetic."]);
  assert.match(shown, /\| MARN \|.*71\.0 ± 1\.4 \| 71\.8 \| −0\.8 \|/);
  assert.match(shown, /Synthetic\.\n/);
  assert.match(shown, /- w\/o MTL: failed: training step 3: loss NaN/);
  const alone = renderSummary(table5, summarize(table5, results, false), [], []);
  assert.doesNotMatch(alone, /paper/);
  assert.match(alone, /\| w\/o RAM \|.*60\.5 ± 0\.7/);
});
