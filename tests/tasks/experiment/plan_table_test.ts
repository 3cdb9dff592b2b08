import assert from "node:assert/strict";
import { startState } from "../../../model/train/train_state.ts";
import { formatPlanJson, type PlanEntry, planTable } from "../../../tasks/experiment/plan_table.ts";
import { table5Runs } from "../../_support/summary_runs.ts";

const state = { ...startState, epoch: 2 };
const entries: PlanEntry[] = [
  { run: table5Runs[0]!, status: { kind: "trained", state }, seconds: 5 },
  { run: table5Runs[1]!, status: { kind: "new" } },
];

Deno.test("a plan is a table of its runs by number, with what is left of each", () => {
  const { columns, rows } = planTable("Table 5", entries);
  assert.deepEqual(columns, ["row", "run", "seed", "state", "about"]);
  assert.deepEqual(rows, [
    ["MARN", "1", "1", "trained, to be evaluated", "5 s"],
    ["MARN, raw vectors", "2", "1", "to be trained, 100 epochs", ""],
  ]);
});

Deno.test("a plan says for which runs SLURM has a task", () => {
  const { rows } = planTable("Table 5", [{ ...entries[1]!, queued: true }]);
  assert.equal(rows[0]![3], "to be trained, 100 epochs, in the queue");
});

Deno.test("where nothing was measured no cost is shown", () => {
  assert.ok(!planTable("Table 5", entries.slice(1)).columns.includes("about"));
});

Deno.test("for programs each run has its number, name and state", () => {
  const [first, second] = JSON.parse(formatPlanJson(entries));
  assert.deepEqual(first, {
    number: 1,
    rows: ["MARN"],
    seed: 1,
    name: table5Runs[0]!.name,
    state: "trained",
    queued: false,
    seconds: 5,
  });
  assert.equal(second.seconds, null);
});
