import assert from "node:assert/strict";
import type { FinishedRun } from "../../../tasks/experiment/finished.ts";
import { planSweep } from "../../../tasks/sweep/plan_sweep.ts";
import { sweepRows, sweepTable } from "../../../tasks/sweep/rows.ts";
import { resultOf } from "../../_support/summary_runs.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

await using folder = await temporary();
await writeTinyDataset(`${folder.path}/data`, { labelSet: "top50" });
const sweep = await planSweep({
  data: `${folder.path}/data`,
  out: `${folder.path}/out`,
  grid: ["gamma=1,2,3"],
  seeds: 2,
});

/** The runs of a γ: the best score on dev of each seed, and what all come to on test. */
function finishedOf(gamma: number, dev: readonly (number | null | undefined)[], test: number) {
  return dev.map((best, at): FinishedRun => {
    const run = sweep.runs.find(({ config }) =>
      config.loss.gamma === gamma && config.seed === at + 1
    )!;
    return { run, result: { ...resultOf(test, 1), best } };
  });
}

const rows = sweepRows(sweep, [
  ...finishedOf(1, [null, 0.9], 0.99),
  ...finishedOf(2, [0.5, 0.5], 0.9),
  ...finishedOf(3, [0.7], 0.1),
]);

Deno.test("the best on dev stands first, whatever it came to on test", () => {
  assert.deepEqual(rows.map(({ values }) => values), [
    { "loss.gamma": 3 },
    { "loss.gamma": 2 },
    { "loss.gamma": 1 },
  ]);
});

Deno.test("a row one of whose seeds had no score on dev has none, and stands last", () => {
  assert.equal(rows.at(-1)!.dev.mean, null);
});

Deno.test("a result of an earlier version, without its score on dev, chooses nothing", () => {
  const [first] = sweepRows(sweep, [...finishedOf(1, [undefined], 1), ...finishedOf(2, [0.1], 1)]);
  assert.equal(first!.name, "loss.gamma = 2");
});

Deno.test("dev is the mean and deviation over seeds, in percent", () => {
  assert.deepEqual(rows[1]!.dev, { mean: 50, deviation: 0 });
});

Deno.test("the table says what is of dev, what of test, and how many seeds are finished", () => {
  const { columns, rows: cells } = sweepTable(rows, sweep);
  assert.deepEqual(columns.slice(0, 3), ["loss.gamma", "dev p@5", "test micro F1"]);
  assert.deepEqual(cells.map((row) => [row[0], row[1], row.at(-2)]), [
    ["3", "70.0", "1/2"],
    ["2", "50.0 ± 0.0", "2/2"],
    ["1", "–", "2/2"],
  ]);
  assert.equal(cells[0]![2], "10.0 (50.0–50.0)");
});
