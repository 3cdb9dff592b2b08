import assert from "node:assert/strict";
import { flatten } from "../../../model/config/config.ts";
import { tasksOf } from "../../../model/zoo/blocks.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { planMarn, planRuns } from "../../../tasks/reproduce/plan.ts";
import { experimentOf } from "../../_support/experiments.ts";

const options = { preset: "mimic3-50", seeds: 1, set: [], dataset: "abc" };

Deno.test("Table 1 has the paper's eleven systems, each with its own settings", () => {
  const runs = planRuns(experimentOf("table-1"), options);
  assert.deepEqual(runs.map(({ config }) => config.model.name), [
    ...["cnn", "bigru", "caml", "dr-caml", "multi-res-cnn", "mt-ram"],
    ...["laat", "joint-laat", "fusion", "mdbert", "marn"],
  ]);
  const cnn = runs[0]!.config;
  assert.deepEqual([cnn.optimizer.learningRate, cnn.loss.name, cnn.patience], [3e-3, "bce", 3]);
});

Deno.test("tables 3 and 4 train on CCS labels, MARN alone with both branches", () => {
  for (const id of ["table-3", "table-4"]) {
    const runs = planRuns(experimentOf(id), options);
    assert.ok(runs.every(({ config }) => config.target === "ccs"));
    const tasks = runs.map(({ config }) => tasksOf(config).join());
    assert.deepEqual(tasks, ["ccs", "ccs", "ccs", "ccs", "icd,ccs"]);
  }
});

Deno.test("the same configuration and dataset share a run, others do not", () => {
  const name = (id: string, row: string, more = {}) =>
    planRuns(experimentOf(id), { ...options, ...more }).find(({ rows }) => rows.includes(row))!
      .name;
  assert.equal(name("table-1", "MARN"), name("table-5", "MARN"));
  assert.equal(name("table-1", "MARN"), name("figure-8", "BiGRU + MTL + RAM + FL"));
  assert.equal(name("table-1", "MARN"), name("figure-12", "γ = 2"));
  assert.equal(name("table-1", "MARN"), name("figure-13", "λ_d = 0.7"));
  assert.equal(name("table-1", "CAML"), name("figure-8", "CAML"));
  assert.equal(name("table-5", "w/o MTL"), name("figure-13", "λ_d = 1"));
  assert.notEqual(name("table-1", "MARN"), name("table-3", "MARN"));
  assert.notEqual(name("table-1", "MARN"), name("table-5", "MARN", { dataset: "abd" }));
  assert.notEqual(name("table-1", "MARN"), name("table-5", "MARN", { set: ["epochs=3"] }));
  const seeds = planRuns(experimentOf("table-5"), { ...options, seeds: 3 });
  assert.equal(new Set(seeds.map((run) => run.name)).size, 18);
});

Deno.test("rows that ask for the same are one run, and MARN's are known by their names", () => {
  const runs = planRuns(experimentOf("figure-12"), options);
  assert.equal(runs.length, 10);
  const marn = runs.find(({ rows }) => rows.length > 1)!;
  assert.deepEqual(marn.rows, ["α = 0.999", "γ = 2"]);
  assert.deepEqual(planMarn(experimentOf("figure-12"), options).map(({ name }) => name), [
    marn.name,
  ]);
});

Deno.test("ablations switch off what their names say", () => {
  const rows = planRuns(experimentOf("table-5"), options).map(
    ({ rows, config: { model, loss } }) => {
      assert.equal(model.name, "marn");
      return [rows[0], "mtl" in model && model.mtl, "ram" in model && model.ram, loss.name];
    },
  );
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
  const runs = planRuns(experimentOf("figure-8"), options);
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

Deno.test("Figures 12 and 13 change one number of MARN at a time", () => {
  const varied = (id: string) =>
    planRuns(experimentOf(id), options).map(({ config: { loss, model } }) => {
      const { alpha, gamma, icdWeight } = loss;
      return "mtl" in model && [alpha, gamma, model.mtl ? icdWeight : 1];
    });
  assert.deepEqual(varied("figure-12"), [
    ...[0.25, 0.5, 0.75, 0.9, 0.99, 0.999].map((alpha) => [alpha, 2, 0.7]),
    ...[1, 3, 4, 5].map((gamma) => [0.999, gamma, 0.7]),
  ]);
  assert.deepEqual(
    varied("figure-13"),
    Array.from({ length: 10 }, (_, i) => [0.999, 2, (i + 1) / 10]),
  );
});

const planWith = (id: string, ...set: string[]) => planRuns(experimentOf(id), { ...options, set });

Deno.test("--set changes the runs whose systems have the key", () => {
  const runs = planWith("table-1", "model.filters=7", "epochs=2");
  assert.ok(runs.every(({ config }) => config.epochs === 2));
  assert.deepEqual(runs.map(({ config }) => flatten(config).get("model.filters")), [
    ...[7, undefined, 7, 7, 7, undefined, undefined, undefined, 7, undefined, undefined],
  ]);
});

Deno.test("--set never changes what makes a row", () => {
  const ablations = planWith("table-5", "model.ram=true", "loss.name=bce");
  assert.ok(ablations.some(({ config: { model } }) => "ram" in model && !model.ram));
  const gammas = planWith("figure-12", "loss.gamma=9")
    .filter(({ rows }) => rows[0]!.startsWith("γ")).map(({ config }) => config.loss.gamma);
  assert.deepEqual(gammas, [1, 2, 3, 4, 5]);
});

Deno.test("--set of a key that no system has, or that is not its to choose, is refused", () => {
  assert.throws(() => planWith("table-1", "model.hiden=3"), /nearest is "model.hidden"/);
  assert.throws(() => planWith("table-1", "seed=3"), /--seeds and the table or figure decide seed/);
  assert.throws(() => planWith("table-1", "epochs"), /expected key=value/);
});

Deno.test("MARN's own runs leave out what only other systems have", () => {
  const [marn] = planMarn(experimentOf("table-1"), { ...options, set: ["model.filters=7"] });
  assert.deepEqual(marn!.config, resolveConfig({}));
});
