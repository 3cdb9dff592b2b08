import assert from "node:assert/strict";
import { differingKeys, flatten } from "../../../model/config/config.ts";
import { tasksOf } from "../../../model/zoo/blocks.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { byProtocol } from "../../../tasks/reproduce/experiments.ts";
import { marnRow } from "../../../tasks/reproduce/rows.ts";
import {
  type PlannedRun,
  type PlanOptions,
  planReference,
  planRuns,
} from "../../../tasks/experiment/plan.ts";
import { experimentOf } from "../../_support/experiments.ts";

const options = { preset: "mimic3-50", seeds: 1, set: [], dataset: "abc" };

Deno.test("Table 1 has the paper's eleven systems and MARN on raw vectors, each with its settings", () => {
  const runs = planRuns(experimentOf("table-1"), options);
  assert.deepEqual(runs.map(({ config }) => config.model.name), [
    "cnn",
    "bigru",
    "caml",
    "dr-caml",
    "multi-res-cnn",
    "mt-ram",
    "laat",
    "joint-laat",
    "fusion",
    "mdbert",
    "marn",
    "marn",
  ]);
  const cnn = runs[0]!.config;
  assert.deepEqual([cnn.optimizer.learningRate, cnn.loss.name, cnn.patience], [3e-3, "bce", 3]);
});

/** The run of a row, of seed 1. */
function runOf(id: string, row: string, more: Partial<PlanOptions> = {}): PlannedRun {
  const runs = planRuns(experimentOf(id), { ...options, ...more });
  return runs.find(({ rows }) => rows.includes(row))!;
}

for (const preset of ["mimic3-50", "mimic3-full", "small"]) {
  Deno.test(`by preset ${preset} every system reads its authors' word vectors, MARN raw ones beside`, () => {
    const vectors = planRuns(experimentOf("table-1"), { ...options, preset })
      .filter(({ config }) => config.model.unitEmbedding === false).map(({ rows }) => rows.join());
    assert.deepEqual(vectors, ["LAAT", "JointLAAT", "MARN, raw vectors"]);
  });
}

Deno.test("MARN and its row on raw vectors differ in these alone", () => {
  const [marn, raw] = ["MARN", "MARN, raw vectors"].map((row) => runOf("table-1", row).config);
  assert.deepEqual(differingKeys(marn!, raw!), ["model.unitEmbedding"]);
});

Deno.test("the ablations, the blocks and the grids are of MARN on its authors' vectors", () => {
  for (const id of ["table-5", "table-6", "figure-8", "figure-12", "figure-13"]) {
    const raw = planRuns(experimentOf(id), { ...options, preset: "small" })
      .filter(({ config }) => config.model.unitEmbedding !== true).map(({ rows }) => rows.join());
    assert.deepEqual(raw, id.startsWith("table") ? ["MARN, raw vectors"] : [], id);
  }
});

Deno.test("--set of the vectors changes every row but the one that is about them", () => {
  const set = ["model.unitEmbedding=false"];
  const marn = (row: string) => runOf("table-1", row, { set }).config.model.unitEmbedding;
  assert.deepEqual([marn("MARN"), marn("CAML")], [false, false]);
});

for (const [id, other] of [["table-3", "table-1"], ["table-4", "table-2"]] as const) {
  Deno.test(`${id} trains single-task systems on CCS labels, and reads MARN off ${other}'s run`, () => {
    const runs = planRuns(experimentOf(id), options);
    const tasks = runs.map(({ config }) => tasksOf(config).join());
    assert.deepEqual(tasks, ["ccs", "ccs", "ccs", "ccs", "icd,ccs"]);
    assert.deepEqual(runs.at(-1)!.name, runOf(other, "MARN").name);
    assert.deepEqual(planReference(experimentOf(id), options, marnRow).map(({ name }) => name), [
      runs.at(-1)!.name,
    ]);
  });

  Deno.test(`${id} by the paper's protocol trains single-task systems as MARN's authors did`, () => {
    const marn = runOf(id, "MARN").config;
    for (const { config } of planRuns(experimentOf(id), options).slice(0, -1)) {
      const { loss, optimizer, batchSize, maxTokens, epochs, patience, monitor } = config;
      const own = { loss, optimizer, batchSize, maxTokens, epochs, patience, monitor };
      const theirs = { loss: marn.loss, optimizer: marn.optimizer };
      assert.deepEqual(own, {
        ...theirs,
        batchSize: marn.batchSize,
        maxTokens: marn.maxTokens,
        epochs: marn.epochs,
        patience: marn.patience,
        monitor: marn.monitor,
      });
      const { trainEmbedding, unitEmbedding } = config.model;
      assert.deepEqual([trainEmbedding, unitEmbedding], [false, true]);
    }
    assert.deepEqual([marn.loss.name, marn.optimizer.clipNorm], ["focal", 1]);
  });

  Deno.test(`${id}'s BiGRU has label attention by the paper's protocol, DR-CAML λ = 10`, () => {
    const more = { preset: id === "table-3" ? "mimic3-50" : "mimic3-full" };
    const { name, mtl, ram } = runOf(id, "BiGRU", more).config.model;
    assert.deepEqual([name, mtl, ram], ["marn", false, false]);
    assert.equal(runOf(id, "DR-CAML", more).config.model.descriptionWeight, 10);
  });

  Deno.test(`${id} by the authors' protocol trains each system as its own authors did`, () => {
    const preset = id === "table-3" ? "mimic3-50" : "mimic3-full";
    const runs = planRuns(byProtocol(experimentOf(id), "authors"), { ...options, preset });
    const models = ["bigru", "caml", "dr-caml", "multi-res-cnn"];
    assert.deepEqual(
      runs.slice(0, -1).map(({ config }) => config),
      models.map((model) => resolveConfig({ model, preset, target: "ccs" })),
    );
    assert.equal(runs.at(-1)!.config.target, "icd");
  });
}

Deno.test("the same configuration and dataset share a run, others do not", () => {
  const name = (id: string, row: string, more = {}) => runOf(id, row, more).name;
  assert.equal(name("table-1", "MARN"), name("table-5", "MARN"));
  assert.equal(name("table-1", "MARN"), name("figure-8", "BiGRU + MTL + RAM + FL"));
  assert.equal(name("table-1", "MARN"), name("figure-12", "γ = 2"));
  assert.equal(name("table-1", "MARN"), name("figure-13", "λ_d = 0.7"));
  assert.equal(name("table-1", "CAML"), name("figure-8", "CAML"));
  assert.equal(name("table-5", "w/o MTL"), name("figure-13", "λ_d = 1"));
  assert.equal(name("table-1", "MT-RAM"), name("figure-8", "BiGRU + MTL + RAM"));
  assert.equal(name("table-1", "MARN, raw vectors"), name("table-5", "MARN, raw vectors"));
  assert.equal(name("table-1", "MARN"), name("table-3", "MARN"));
  assert.notEqual(name("table-1", "CAML"), name("table-3", "CAML"));
  assert.notEqual(name("table-1", "MARN"), name("table-5", "MARN", { dataset: "abd" }));
  assert.notEqual(name("table-1", "MARN"), name("table-5", "MARN", { set: ["epochs=3"] }));
  const seeds = planRuns(experimentOf("table-5"), { ...options, seeds: 3 });
  assert.equal(new Set(seeds.map((run) => run.name)).size, 24);
});

Deno.test("a run of a system whose numbers changed is not taken for an earlier one, others are", () => {
  // As they were called before weights started as the releases' and RAM had another way up.
  const earlier = {
    "MT-RAM": "mt-ram-seed1-80fd994d7ed9",
    "LAAT": "laat-seed1-80a599cb9905",
    "CAML": "caml-seed1-11cef1aa9fbf",
    "MARN, raw vectors": "marn-seed1-92f7d80e1925",
  };
  const kept = Object.entries(earlier).map(([row, name]) => {
    return [row, runOf("table-1", row, { preset: "small" }).name === name];
  });
  assert.deepEqual(Object.fromEntries(kept), {
    "MT-RAM": true,
    "LAAT": true,
    "CAML": false,
    "MARN, raw vectors": false,
  });
});

Deno.test("rows that ask for the same are one run, and MARN's are known by their names", () => {
  const runs = planRuns(experimentOf("figure-12"), options);
  assert.equal(runs.length, 10);
  const marn = runs.find(({ rows }) => rows.length > 1)!;
  assert.deepEqual(marn.rows, ["α = 0.999", "γ = 2"]);
  assert.deepEqual(
    planReference(experimentOf("figure-12"), options, marnRow).map(({ name }) => name),
    [
      marn.name,
    ],
  );
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
    ["MARN, raw vectors", true, true, "focal"],
    ["w/o MTL", false, true, "focal"],
    ["w/o MTL+FL", false, true, "bce"],
    ["w/o RAM", true, false, "focal"],
    ["w/o RAM+FL", true, false, "bce"],
    ["w/o MTL+RAM+FL", false, false, "bce"],
    ["linear up-sampling", true, true, "focal"],
  ]);
});

Deno.test("linear up-sampling changes that alone of MARN", () => {
  const [marn, linear] = ["MARN", "linear up-sampling"].map((row) => runOf("table-5", row).config);
  assert.deepEqual(differingKeys(marn!, linear!), ["model.ramUp"]);
});

Deno.test("Figure 8 adds the blocks in turn to each base", () => {
  const runs = planRuns(experimentOf("figure-8"), options);
  assert.equal(runs.length, 12);
  const blocks = runs.map(({ config: { model, loss } }) =>
    [model.name, model.mtl, model.ram, loss.name].join()
  );
  const bars = ["false,false,bce", "true,false,bce", "true,true,bce", "true,true,focal"];
  assert.deepEqual(blocks.slice(0, 4), bars.map((bar) => `caml,${bar}`));
  assert.deepEqual(blocks.slice(4, 8), bars.map((bar) => `multi-res-cnn,${bar}`));
  const systems = ["marn", "marn", "mt-ram", "marn"];
  assert.deepEqual(blocks.slice(8), bars.map((bar, at) => `${systems[at]},${bar}`));
});

for (const base of ["CAML", "MultiResCNN"]) {
  for (const blocks of ["MTL", "MTL + RAM", "MTL + RAM + FL"]) {
    Deno.test(`${base} + ${blocks} is trained as MT-RAM's release trains it`, () => {
      const { config } = runOf("figure-8", `${base} + ${blocks}`);
      const { optimizer, batchSize, maxTokens, epochs, patience, monitor, model } = config;
      assert.deepEqual([optimizer.learningRate, optimizer.clipNorm], [8e-3, 1]);
      assert.deepEqual([batchSize, maxTokens, epochs, patience], [16, 2500, 50, 10]);
      assert.equal(monitor, "macro_f1_caml");
      assert.deepEqual([model.trainEmbedding, model.unitEmbedding], [false, true]);
    });
  }
}

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
  const runs = planWith("table-1", "model.filters=8", "epochs=2");
  assert.ok(runs.every(({ config }) => config.epochs === 2));
  assert.deepEqual(runs.map(({ config }) => flatten(config).get("model.filters")), [
    8,
    undefined,
    8,
    8,
    8,
    undefined,
    undefined,
    undefined,
    8,
    undefined,
    undefined,
    undefined,
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
  const set = ["model.filters=7"];
  const [marn] = planReference(experimentOf("table-1"), { ...options, set }, marnRow);
  assert.deepEqual(marn!.config, resolveConfig({}));
});

Deno.test("more runs than anyone will train are refused before any is planned", () => {
  assert.throws(() => planRuns(experimentOf("table-5"), { ...options, seeds: 1e9 }), {
    name: "UsageError",
    message:
      /^planning table-5: 8 rows with 1000000000 seeds are 8000000000 runs, expected at most/,
  });
});
