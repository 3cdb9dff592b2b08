import assert from "node:assert/strict";
import { base, type ConfigRequest, presets, resolveConfig } from "../../../model/config/presets.ts";
import { assign } from "../../../model/config/assign.ts";
import { differingKeys, flatten, parseConfig } from "../../../model/config/config.ts";
import { systems } from "../../../model/zoo/systems.ts";

Deno.test("the base is MARN as the paper trains it on the top 50 codes", () => {
  assert.deepEqual(Object.fromEntries(flatten(base)), {
    "model.name": "marn",
    "model.hidden": 300,
    "model.embeddingDropout": 0.2,
    "model.trainEmbedding": false,
    "model.unitEmbedding": true,
    "model.mtl": true,
    "model.ram": true,
    "model.ramUp": "deconvolution",
    "model.dropout": 0.2,
    target: "icd",
    "loss.name": "focal",
    "loss.alpha": 0.999,
    "loss.gamma": 2,
    "loss.icdWeight": 0.7,
    "optimizer.learningRate": 1e-3,
    "optimizer.beta1": 0.9,
    "optimizer.beta2": 0.999,
    "optimizer.epsilon": 1e-8,
    "optimizer.weightDecay": 0,
    "optimizer.clipNorm": 1,
    "optimizer.warmup": 0,
    "optimizer.linearDecay": false,
    batchSize: 16,
    maxTokens: 4000,
    microTokens: 64_000,
    epochs: 100,
    patience: 10,
    monitor: "p@5",
    seed: 1,
  });
});

for (const request of [{}, { preset: "mimic3-50" }, { model: "marn" }]) {
  Deno.test(`${JSON.stringify(request)} asks for the base`, () => {
    assert.deepEqual(resolveConfig(request), base);
  });
}

Deno.test("mimic3-full is the paper's setting for all codes", () => {
  const config = resolveConfig({ preset: "mimic3-full" });
  assert.deepEqual(config, assign(base, { batchSize: 64, monitor: "p@8" }));
});

Deno.test("on a published split, what a system's authors chose goes over the preset", () => {
  const { batchSize, monitor } = resolveConfig({ preset: "mimic3-full", model: "laat" });
  assert.deepEqual({ batchSize, monitor }, { batchSize: 8, monitor: "micro_f1" });
});

Deno.test("on a small cohort, the preset goes over what a system's authors chose", () => {
  const { batchSize, monitor, optimizer } = resolveConfig({ preset: "codiesp", model: "mt-ram" });
  assert.deepEqual({ batchSize, monitor, rate: optimizer.learningRate }, {
    batchSize: 16,
    monitor: "p@5",
    rate: 1e-3,
  });
});

for (const preset of ["mimic3-50", "mimic3-full"]) {
  Deno.test(`on ${preset} MARN reads word vectors of unit length, as its authors' does`, () => {
    assert.equal(resolveConfig({ preset }).model.unitEmbedding, true);
  });
}

for (const preset of ["codiesp", "demo", "small"]) {
  Deno.test(`on ${preset} MARN reads raw word vectors, and no other system's change`, () => {
    const raw = systems.filter(({ name }) =>
      resolveConfig({ preset, model: name }).model.unitEmbedding === false
    );
    assert.deepEqual(raw.map(({ name }) => name), ["marn", "laat", "joint-laat"]);
  });

  Deno.test(`on ${preset} raw word vectors are a default that --set changes`, () => {
    const { model } = resolveConfig({ preset, set: ["model.unitEmbedding=true"] });
    assert.equal(model.unitEmbedding, true);
  });
}

Deno.test("training that is asked for stands in place of the authors', presets included", () => {
  const training = { "optimizer.learningRate": 0.5 };
  const config = resolveConfig({ model: "dr-caml", preset: "mimic3-full", training });
  assert.equal(config.optimizer.learningRate, 0.5);
  assert.deepEqual([config.loss.name, config.optimizer.clipNorm], ["focal", 1]); // the base's
  assert.equal(config.model.descriptionWeight, 10); // the default, not the preset's
});

Deno.test("what a system's authors chose for one split goes over all", () => {
  const { batchSize, epochs } = resolveConfig({ preset: "mimic3-full", model: "mt-ram" });
  assert.deepEqual({ batchSize, epochs }, { batchSize: 32, epochs: 100 });
});

Deno.test("a preset sizes the options that a system has", () => {
  const { model } = resolveConfig({ preset: "small", model: "laat" });
  assert.deepEqual([model.hidden, model.attention, "filters" in model], [64, 64, false]);
});

/** What each flag changes of MARN. */
const flags: readonly [request: ConfigRequest, key: string, value: string | number | boolean][] = [
  [{ mtl: false }, "model.mtl", false],
  [{ ram: false }, "model.ram", false],
  [{ loss: "bce" }, "loss.name", "bce"],
  [{ target: "ccs" }, "target", "ccs"],
  [{ epochs: 3 }, "epochs", 3],
  [{ seed: 0 }, "seed", 0],
  [{ set: ["model.hidden=32"] }, "model.hidden", 32],
  [{ set: ["epochs=4", "epochs=5"] }, "epochs", 5], // and the last over the others
];

for (const [request, key, value] of flags) {
  Deno.test(`${JSON.stringify(request)} changes ${key} alone, to ${value}`, () => {
    const config = resolveConfig(request);
    assert.deepEqual(differingKeys(base, config), [key]);
    assert.equal(flatten(config).get(key), value);
  });
}

for (
  const [request, message] of [
    [{ preset: "mimic-50" }, /^reading --preset "mimic-50": .*nearest is mimic3-50/],
    [{ model: "mrn" }, /^reading --model "mrn": expected one of marn, mt-ram, .*nearest is marn/],
    [{ model: "__proto__" }, /^reading --model "__proto__": expected one of/],
    [{ base: "laat" }, /^reading --base "laat": expected one of bigru, caml, multi-res-cnn; /],
    [{ model: "marn", base: "caml" }, /^reading --model marn --base caml: expected one of the two/],
    [{ loss: "focl" }, /loss.name is "focl"/],
    [{ epochs: 0 }, /epochs is 0, expected at least 1/],
    [{ model: "cnn", mtl: true }, /"model.mtl": there is no such key/],
  ] as const
) {
  Deno.test(`${JSON.stringify(request)} is refused`, () => {
    assert.throws(() => resolveConfig(request), { name: "UsageError", message });
  });
}

for (const preset of Object.keys(presets)) {
  Deno.test(`preset ${preset} suits every system`, () => {
    for (const { name } of systems) {
      assert.equal(resolveConfig({ preset, model: name }).model.name, name);
    }
  });

  Deno.test(`preset ${preset} suits every base encoder, which has none of the blocks`, () => {
    for (const { name, base } of systems.filter(({ base }) => base !== undefined)) {
      const { model, loss } = resolveConfig({ preset, base });
      assert.deepEqual([model.name, model.mtl, model.ram, loss.name], [name, false, false, "bce"]);
    }
  });
}

Deno.test("a base encoder may have some of the blocks", () => {
  const { model } = resolveConfig({ base: "caml", ram: true, set: ["model.mtl=true"] });
  assert.deepEqual([model.mtl, model.ram], [true, true]);
});

Deno.test("a preset's option of a system is some system's: a misspelt one would be dropped", () => {
  const options = new Set(systems.flatMap(({ options }) => Object.keys(options)));
  const unknown = Object.values(presets).flatMap((changes) => Object.keys(changes))
    .filter((key) => key.startsWith("model.") && !options.has(key.slice("model.".length)));
  assert.deepEqual(unknown, []);
});

for (const { name, options, training = {}, presets: own = {} } of systems) {
  Deno.test(`${name}'s own settings name keys that it has, and presets that there are`, () => {
    const config = parseConfig({ ...base, model: { name, ...options } });
    for (const changes of [training, ...Object.values(own)]) assign(config, changes);
    assert.deepEqual(Object.keys(own).filter((preset) => !(preset in presets)), []);
  });
}

for (
  const [what, preset, set, rate] of [
    ["from scratch", "mimic3-50", [], 1e-4],
    ["from a checkpoint", "mimic3-50", ["model.checkpoint=bert"], 2e-5],
    ["from a checkpoint on a small cohort", "codiesp", ["model.checkpoint=bert"], 2e-5],
    [
      "at a rate of one's own",
      "small",
      ["model.checkpoint=b", "optimizer.learningRate=3e-5"],
      3e-5,
    ],
  ] as const
) {
  Deno.test(`the learning rate of MDBERT ${what}`, () => {
    const { optimizer } = resolveConfig({ model: "mdbert", preset, set });
    assert.equal(optimizer.learningRate, rate);
  });
}

for (
  const [what, set, tokens] of [
    ["what any system's does, from scratch", [], base.microTokens],
    ["two of the longest notes, from a checkpoint", ["model.checkpoint=bert"], 2 * 128 * 32],
    ["as much as is asked for", ["model.checkpoint=bert", "microTokens=4096"], 4096],
  ] as const
) {
  Deno.test(`a pass of MDBERT holds ${what}`, () => {
    assert.equal(resolveConfig({ model: "mdbert", set }).microTokens, tokens);
  });
}

for (
  const [request, said] of [
    [{ epochs: 3, set: ["epochs=5"] }, /^reading --set epochs: it is "5", and "3" by --epochs; /],
    [{ seed: 1, set: ["seed=2"] }, /by --seed; expected one of them; leave the other out$/],
    [{ loss: "bce", set: ["loss.name=focal"] }, /it is "focal", and "bce" by --loss/],
    [{ ram: false, set: ["model.ram=true"] }, /it is "true", and "false" by --ram/],
    [{ target: "icd", set: ["target=ccs"] }, /by --target/],
  ] as const
) {
  Deno.test(`fault 83: two values of one key are refused: ${JSON.stringify(request)}`, () => {
    assert.throws(() => resolveConfig(request), { name: "UsageError", message: said });
  });
}

Deno.test("an option and --set may say the same", () => {
  assert.equal(resolveConfig({ epochs: 3, set: ["epochs=3"] }).epochs, 3);
  assert.equal(resolveConfig({ epochs: 3, set: ["seed=5"] }).seed, 5);
});
