import assert from "node:assert/strict";
import { flatten } from "../../../model/config/config.ts";
import { tasksOf } from "../../../model/zoo/blocks.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { paperTables } from "../../../tasks/report/paper_tables.ts";
import { experiments, withSystems } from "../../../tasks/reproduce/experiments.ts";
import { planMarn, planRuns } from "../../../tasks/reproduce/plan.ts";

const options = { preset: "mimic3-50", seeds: 1, set: [], dataset: "abc" };
const find = (id: string) => experiments.find((experiment) => experiment.id === id)!;
const named = (id: string, names: string[]) =>
  withSystems(find(id), names).rows.map(({ name }) => name);

Deno.test("Table 1 has the paper's eleven systems, each with its own settings", () => {
  const runs = planRuns(find("table-1"), options);
  assert.deepEqual(runs.map(({ config }) => config.model.name), [
    ...["cnn", "bigru", "caml", "dr-caml", "multi-res-cnn", "mt-ram"],
    ...["laat", "joint-laat", "fusion", "mdbert", "marn"],
  ]);
  const cnn = runs[0]!.config;
  assert.deepEqual([cnn.optimizer.learningRate, cnn.loss.name, cnn.patience], [3e-3, "bce", 3]);
});

Deno.test("every table has the paper's rows, each with a value or a gap for each column", () => {
  for (const [number, { columns, rows }] of Object.entries(paperTables)) {
    const experiment = find(`table-${number}`);
    assert.deepEqual(experiment.rows.map(({ name }) => name), Object.keys(rows));
    assert.deepEqual(experiment.columns, columns);
    assert.ok(Object.values(experiment.paper).every(({ length }) => length === columns.length));
  }
});

Deno.test("tables 3 and 4 train on CCS labels; 2, 4 and 6 want the full label set", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map((n) => [find(`table-${n}`).target, find(`table-${n}`).labelSet]),
    [["icd", "top50"], ["icd", "full"], ["ccs", "top50"], ["ccs", "full"], ["icd", "top50"], [
      "icd",
      "full",
    ]],
  );
  for (const id of ["table-3", "table-4"]) {
    const runs = planRuns(find(id), options);
    assert.ok(runs.every(({ config }) => config.target === "ccs"));
    const tasks = runs.map(({ config }) => tasksOf(config).join());
    assert.deepEqual(tasks, ["ccs", "ccs", "ccs", "ccs", "icd,ccs"]); // MARN alone has both branches
  }
});

Deno.test("the same configuration and dataset share a run, others do not", () => {
  const name = (id: string, row: string, more = {}) =>
    planRuns(find(id), { ...options, ...more }).find(({ rows }) => rows.includes(row))!.name;
  assert.equal(name("table-1", "MARN"), name("table-5", "MARN"));
  assert.equal(name("table-1", "MARN"), name("figure-8", "BiGRU + MTL + RAM + FL"));
  assert.equal(name("table-1", "MARN"), name("figure-12", "γ = 2"));
  assert.equal(name("table-1", "MARN"), name("figure-13", "λ_d = 0.7"));
  assert.equal(name("table-1", "CAML"), name("figure-8", "CAML"));
  assert.equal(name("table-5", "w/o MTL"), name("figure-13", "λ_d = 1"));
  assert.notEqual(name("table-1", "MARN"), name("table-3", "MARN"));
  assert.notEqual(name("table-1", "MARN"), name("table-5", "MARN", { dataset: "abd" }));
  assert.notEqual(name("table-1", "MARN"), name("table-5", "MARN", { set: ["epochs=3"] }));
  const seeds = planRuns(find("table-5"), { ...options, seeds: 3 });
  assert.equal(new Set(seeds.map((run) => run.name)).size, 18);
});

Deno.test("rows that ask for the same are one run, and MARN's are known by their names", () => {
  const runs = planRuns(find("figure-12"), options);
  assert.equal(runs.length, 10);
  const marn = runs.find(({ rows }) => rows.length > 1)!;
  assert.deepEqual(marn.rows, ["α = 0.999", "γ = 2"]);
  assert.deepEqual(planMarn(find("figure-12"), options).map(({ name }) => name), [marn.name]);
});

Deno.test("ablations switch off what their names say", () => {
  const rows = planRuns(find("table-5"), options).map(({ rows, config: { model, loss } }) => {
    assert.equal(model.name, "marn");
    return [rows[0], "mtl" in model && model.mtl, "ram" in model && model.ram, loss.name];
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

Deno.test("Figures 12 and 13 change one number of MARN at a time", () => {
  const varied = (id: string) =>
    planRuns(find(id), options).map(({ config: { loss, model } }) => {
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

Deno.test("a figure has the paper's numbers where a table has the same system", () => {
  assert.deepEqual(find("figure-8").paper["BiGRU"], [59.2]);
  assert.deepEqual(find("figure-8").paper["BiGRU + MTL"], [64.6]);
  assert.deepEqual(find("figure-12").paper["γ = 2"], [68.2, 71.8, 67.3]);
  assert.deepEqual(find("figure-13").paper["λ_d = 1"], [64.4, 69.4, 66.1]); // its text says so too
  for (const { paper, rows } of experiments) {
    const names = rows.map(({ name }) => name);
    assert.deepEqual(Object.keys(paper).filter((name) => !names.includes(name)), []);
  }
});

Deno.test("--models takes names of the table or of --model", () => {
  assert.deepEqual(named("table-3", ["MARN", "laat", "caml"]), ["CAML", "MARN", "LAAT"]);
  assert.deepEqual(named("table-1", ["cnn", "CNN"]), ["CNN"]);
  assert.deepEqual(named("table-5", ["marn"]), ["MARN"]);
  assert.deepEqual(named("table-5", ["w/o RAM"]), ["w/o RAM"]);
  assert.deepEqual(named("figure-8", ["CAML + MTL", "multi-res-cnn"]), [
    ...["CAML + MTL", "MultiResCNN", "MultiResCNN + MTL"],
    ...["MultiResCNN + MTL + RAM", "MultiResCNN + MTL + RAM + FL"],
  ]);
  assert.equal(named("figure-13", ["marn"]).length, 10);
  assert.throws(() => named("table-1", ["laat", "camel"]), /"camel": table-1 .* nearest is caml$/);
});

Deno.test("--set changes the runs whose systems have the key, and never what makes a row", () => {
  const plan = (id: string, set: string[]) => planRuns(find(id), { ...options, set });
  const filters = plan("table-1", ["model.filters=7", "epochs=2"]).map(({ config }) => {
    assert.equal(config.epochs, 2);
    return flatten(config).get("model.filters");
  });
  assert.deepEqual(filters, [
    ...[7, undefined, 7, 7, 7, undefined, undefined, undefined, 7, undefined, undefined],
  ]);
  const ablations = plan("table-5", ["model.ram=true", "loss.name=bce"]);
  assert.ok(ablations.some(({ config: { model } }) => "ram" in model && !model.ram));
  const gammas = plan("figure-12", ["loss.gamma=9"]).flatMap(({ rows, config }) =>
    rows[0]!.startsWith("γ") ? [config.loss.gamma] : []
  );
  assert.deepEqual(gammas, [1, 2, 3, 4, 5]);
  assert.throws(() => plan("table-1", ["model.hiden=3"]), /nearest is "model.hidden"/);
  assert.throws(() => plan("table-1", ["seed=3"]), /--seeds and the table or figure decide seed/);
  assert.throws(() => plan("table-1", ["epochs"]), /expected key=value/);
  const foreign = planMarn(find("table-1"), { ...options, set: ["model.filters=7"] });
  assert.deepEqual(foreign[0]!.config, resolveConfig({}));
});
