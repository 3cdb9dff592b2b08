import assert from "node:assert/strict";
import type { Dataset } from "../../../pipeline/dataset/open.ts";
import { startState } from "../../../model/train/train_state.ts";
import { createForecast } from "../../../tasks/experiment/forecast.ts";
import { planRuns } from "../../../tasks/experiment/plan.ts";
import { experimentOf } from "../../_support/experiments.ts";

const table3 = experimentOf("table-3");
const options = { preset: "small", seeds: 2, set: ["epochs=10"], dataset: "abc" };
const [first, second, third, fourth, fifth, sixth] = planRuns(table3, options);

Deno.test("a forecast counts what is left of each run and learns from those that are done", async () => {
  const measured: string[] = [];
  const forecast = createForecast({} as Dataset, ({ name }) => {
    measured.push(name);
    return Promise.resolve({ epoch: 10, evaluation: 2, bytes: 100 });
  });
  const result = { tasks: {}, split: "test", parameters: 1, epochs: 1, seconds: 1 } as const;
  const state = { ...startState, epoch: 4 };
  assert.equal(await forecast.add(first!, { kind: "new" }), 102);
  assert.equal(await forecast.add(second!, { kind: "begun", state }), 62);
  assert.equal(await forecast.add(third!, { kind: "trained", state }), 2);
  const finished = { kind: "finished", result } as const;
  assert.equal(await forecast.add(fourth!, finished), 0);
  assert.equal(forecast.left(), 166);
  assert.equal(forecast.bytes(), 100);
  // The sixth is the first row's second seed: the same cost.
  assert.equal(sixth!.rows[0], first!.rows[0]);
  await forecast.add(sixth!, { kind: "new" });
  assert.deepEqual(measured, [first, second, third].map((run) => run!.name));

  forecast.done(first!, 51); // half of what was expected
  assert.equal(forecast.of(second!), 31);
  assert.equal(forecast.left(), (62 + 2 + 102) / 2);
  assert.equal(forecast.of(fifth!), 0);
});
