import assert from "node:assert/strict";
import { experiments, withSystems } from "../../../tasks/reproduce/experiments.ts";
import { planRuns } from "../../../tasks/reproduce/plan.ts";

const options = { preset: "mimic3-50", seeds: 1, set: [], dataset: "abc" };
const find = (id: string) => experiments.find((experiment) => experiment.id === id)!;

Deno.test("Table 1 has the paper's eleven systems, each with its own settings", () => {
  const runs = planRuns(find("table-1"), options);
  assert.deepEqual(runs.map(({ config }) => config.model.name), [
    ...["cnn", "bigru", "caml", "dr-caml", "multi-res-cnn", "mt-ram"],
    ...["laat", "joint-laat", "fusion", "mdbert", "marn"],
  ]);
  const cnn = runs[0]!.config;
  assert.deepEqual([cnn.optimizer.learningRate, cnn.loss.name, cnn.patience], [3e-3, "bce", 3]);
});

Deno.test("tables 3 and 4 train on CCS labels; 2, 4 and 6 want the full label set", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map((n) => [find(`table-${n}`).target, find(`table-${n}`).labelSet]),
    [["icd", "top50"], ["icd", "full"], ["ccs", "top50"], ["ccs", "full"], ["icd", "top50"], [
      "icd",
      "full",
    ]],
  );
  assert.ok(planRuns(find("table-3"), options).every(({ config }) => config.target === "ccs"));
});

Deno.test("the same configuration and dataset share a run, others do not", () => {
  const name = (id: string, row: string, more = {}) =>
    planRuns(find(id), { ...options, ...more }).find((run) => run.row === row)!.name;
  assert.equal(name("table-1", "MARN"), name("table-5", "MARN"));
  assert.equal(name("table-1", "MARN"), name("figure-12", "γ = 2"));
  assert.notEqual(name("table-1", "MARN"), name("table-5", "MARN", { dataset: "abd" }));
  assert.notEqual(name("table-1", "MARN"), name("table-5", "MARN", { set: ["epochs=3"] }));
  const seeds = planRuns(find("table-5"), { ...options, seeds: 3 });
  assert.equal(new Set(seeds.map((run) => run.name)).size, 18);
});

Deno.test("ablations switch off what their names say", () => {
  const rows = planRuns(find("table-5"), options).map(({ row, config: { model, loss } }) => {
    assert.equal(model.name, "marn");
    return [row, "mtl" in model && model.mtl, "ram" in model && model.ram, loss.name];
  });
  assert.deepEqual(rows, [
    ["MARN", true, true, "focal"],
    ["w/o MTL", false, true, "focal"],
    ["w/o MTL+FL", false, true, "bce"],
    ["w/o RAM", true, false, "focal"],
    ["w/o RAM+FL", true, false, "bce"],
    ["w/o MTL+RAM+FL", false, false, "bce"],
  ]);
});

Deno.test("Figure 8 adds the blocks in turn to each base", () => {
  const runs = planRuns(find("figure-8"), options);
  assert.equal(runs.length, 12);
  const bigru = runs.slice(8).map(({ config: { model, loss } }) =>
    "mtl" in model && [model.name, model.mtl, model.ram, loss.name]
  );
  assert.deepEqual(bigru, [
    ["marn", false, false, "bce"],
    ["marn", true, false, "bce"],
    ["marn", true, true, "bce"],
    ["marn", true, true, "focal"],
  ]);
});

Deno.test("--models takes names of the table or of --model", () => {
  const rows = withSystems(find("table-3"), ["laat", "MARN"]).rows.map(({ name }) => name);
  assert.deepEqual(rows, ["LAAT", "MARN"]);
});
