import assert from "node:assert/strict";
import { startState } from "../../../model/train/train_state.ts";
import { planRuns } from "../../../tasks/experiment/plan.ts";
import type { RunResult } from "../../../tasks/experiment/result.ts";
import { formatOutcome, formatStatus, runTitle } from "../../../tasks/experiment/words.ts";
import { experimentOf } from "../../_support/experiments.ts";

const options = { preset: "small", seeds: 1, set: ["epochs=20"], dataset: "abc" };
const runs = planRuns(experimentOf("figure-12"), options);
const result: RunResult = {
  tasks: {
    ccs: {
      values: { micro_f1: 0.718, macro_auc: NaN },
      counts: { hits: [], assigned: [], positive: [], precision: [] },
    },
  },
  split: "test",
  epochs: 1,
  parameters: 1,
  seconds: 1,
};

Deno.test("a run is called by its rows and its seed", () => {
  const shared = runs.find(({ rows }) => rows.length > 1)!;
  assert.equal(runTitle(shared), "α = 0.999 and γ = 2, seed 1");
});

Deno.test("a status says what is left of a run", () => {
  const state = { ...startState, epoch: 2 };
  const said = [
    [{ kind: "finished", result }, "finished"],
    [{ kind: "trained", state }, "trained, to be evaluated"],
    [{ kind: "begun", state }, "begun, goes on in epoch 3 of 20"],
    [{ kind: "new" }, "to be trained, 20 epochs"],
  ] as const;
  for (const [status, words] of said) assert.equal(formatStatus(status, runs[0]!), words);
});

Deno.test("an outcome is the columns' metrics, a dash where one is undefined", () => {
  assert.equal(
    formatOutcome(result, { target: "ccs", columns: ["micro_f1", "macro_auc"] }),
    "micro F1 71.8, macro AUC – on test after 1 epoch",
  );
});
