import assert from "node:assert/strict";
import {
  configHash,
  differingKeys,
  flatten,
  parseConfig,
  resumableKeys,
} from "../../../model/config/config.ts";
import { assign } from "../../../model/config/assign.ts";
import { base, resolveConfig } from "../../../model/config/presets.ts";
import type { ConfigValue } from "../../../model/system.ts";

/** The base configuration's JSON with one piece of text replaced. */
function edited(from: string, to: string): string {
  const text = JSON.stringify(base);
  assert.ok(text.includes(from), `${from} is not in the base configuration`);
  return text.replace(from, to);
}

Deno.test("a configuration survives JSON", () => {
  assert.deepEqual(parseConfig(JSON.parse(JSON.stringify(base))), base);
});

Deno.test("a configuration is frozen, and so are its groups", () => {
  const config = parseConfig(base);
  for (const group of [config, config.model, config.loss, config.optimizer]) {
    assert.ok(Object.isFrozen(group), JSON.stringify(group));
  }
});

Deno.test("a configuration is a copy of what it is read from", () => {
  const value = structuredClone(base) as { seed: number };
  const config = parseConfig(value);
  value.seed = 2;
  assert.equal(config.seed, 1);
});

const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
const hostile: Record<string, [text: string, message: RegExp]> = {
  "nothing": ["null", /\(the whole\) is null/],
  "a list": ["[]", /there has to be a key "model"$/],
  "a prototype": [edited(`"seed":1`, `"seed":1,"__proto__":{"epochs":1}`), /no key "__proto__"/],
  "a constructor": [edited(`"seed":1`, `"seed":1,"constructor":1`), /no key "constructor"/],
  "a prototype in a group": [
    edited(`"hidden":300`, `"hidden":300,"__proto__":{"ram":false}`),
    /no key "model.__proto__"/,
  ],
  "an unknown key of a group": [edited(`"gamma":2`, `"gamma":2,"beta":1`), /no key "loss.beta"/],
  "another system's option": [
    edited(`"hidden":300`, `"hidden":300,"kernels":"3"`),
    /no key "model.kernels"/,
  ],
  "a system that there is not": [edited(`"name":"marn"`, `"name":"toString"`), /model.name is/],
  "a missing key": [
    edited(`"hidden":300,`, ``),
    /^reading the configuration: there has to be a key "model.hidden"$/,
  ],
  "null for a number": [edited(`"hidden":300`, `"hidden":null`), /model.hidden is null/],
  "a number beyond JSON's": [edited(`"hidden":300`, `"hidden":1e999`), /model.hidden is Infinity/],
  "lists in lists": [edited(`"seed":1`, `"seed":${deep}`), /seed is Array/],
};

for (const [what, [text, message]] of Object.entries(hostile)) {
  Deno.test(`configuration text with ${what} is refused by the key`, () => {
    assert.throws(() => parseConfig(JSON.parse(text)), { name: "UsageError", message });
  });
}

/** Values just out of range, and the words in which that is said. */
const outOfRange: readonly [key: string, value: ConfigValue, expected: string][] = [
  ["model.hidden", 301, "a multiple of 2"],
  ["model.hidden", 100_000_000, "at most 65536"],
  ["model.dropout", 1, "less than 1"],
  ["target", "drg", `("icd" | "ccs")`],
  ["loss.name", "hinge", `("focal" | "focal-balanced" | "bce")`],
  ["loss.alpha", 1.001, "at most 1"],
  ["loss.gamma", -0.001, "at least 0"],
  ["loss.icdWeight", -0.001, "at least 0"],
  ["optimizer.learningRate", 0, "more than 0"],
  ["optimizer.beta1", 1, "less than 1"],
  ["optimizer.beta2", 1, "less than 1"],
  ["optimizer.epsilon", 0, "more than 0"],
  ["optimizer.weightDecay", -0.001, "at least 0"],
  ["optimizer.clipNorm", Infinity, "a finite number"],
  ["optimizer.warmup", 1, "less than 1"],
  ["batchSize", 0, "at least 1"],
  ["maxTokens", 0, "at least 1"],
  ["microTokens", 1.5, "a whole number"],
  ["epochs", 0, "at least 1"],
  ["patience", 0, "at least 1"],
  ["seed", -1, "at least 0"],
  ["seed", 2 ** 53, "a whole number"],
  ["seed", NaN, "number"],
];

for (const [key, value, expected] of outOfRange) {
  Deno.test(`${key} of ${value} is out of range`, () => {
    const shown = typeof value === "string" ? JSON.stringify(value) : `${value}`;
    assert.throws(() => assign(base, { [key]: value }), {
      name: "UsageError",
      message: `reading the configuration: ${key} is ${shown}, expected ${expected}`,
    });
  });
}

for (
  const [model, set, message] of [
    ["multi-res-cnn", ["model.kernels=3,4"], 'model.kernels is "3,4", expected odd numbers, each'],
    ["fusion", ["model.kernels=3,3"], 'model.kernels is "3,3", expected odd numbers, each once'],
    [
      "fusion",
      ["model.kernels=3 of them"],
      "model.kernels is a text of 9 characters, expected whole",
    ],
    ["fusion", ["model.heads=7"], 'model.heads is "7", expected a divisor of 300, the channels of'],
    ["caml", ["model.filters=3", "model.ram=true"], 'model.filters is "3", expected at least 4'],
    [
      "multi-res-cnn",
      ["model.kernels=3,5", "model.filters=1", "model.ram=true"],
      'model.filters is "1", expected at least 2',
    ],
    ["mdbert", ["model.hidden=30"], 'model.heads is "4", expected a divisor of model.hidden, 30'],
  ] as const
) {
  Deno.test(`${model} with ${set} is refused before it is built`, () => {
    assert.throws(() => resolveConfig({ model, set }), {
      name: "UsageError",
      message: new RegExp(`^reading the configuration: ${message}[^\n]*$`),
    });
  });
}

Deno.test("values that only fit together may be set in any order", () => {
  const { model } = resolveConfig({ model: "fusion", set: ["model.heads=7", "model.filters=7"] });
  assert.deepEqual([model.heads, model.filters], [7, 7]);
});

Deno.test("flattening lists every value under its dotted key, in order", () => {
  assert.deepEqual([...flatten(base)].slice(0, 11), [
    ["model.name", "marn"],
    ["model.hidden", 300],
    ["model.embeddingDropout", 0.2],
    ["model.trainEmbedding", false],
    ["model.unitEmbedding", true],
    ["model.mtl", true],
    ["model.ram", true],
    ["model.ramUp", "deconvolution"],
    ["model.dropout", 0.2],
    ["target", "icd"],
    ["loss.name", "focal"],
  ]);
});

Deno.test("keys differ where the values do, and where one configuration has none", () => {
  const other = assign(resolveConfig({ model: "laat" }), { ...training(), "loss.name": "bce" });
  assert.deepEqual(differingKeys(base, other), [
    "model.name",
    "model.hidden",
    "model.embeddingDropout",
    "model.unitEmbedding",
    "model.mtl",
    "model.ram",
    "model.ramUp",
    "model.dropout",
    "loss.name",
    "model.attention",
  ]);
});

/** What the base configuration has beside its model. */
function training(): Record<string, ConfigValue> {
  return Object.fromEntries([...flatten(base)].filter(([key]) => !key.startsWith("model.")));
}

Deno.test("without a schedule a resumed run may have other epochs and another patience", () => {
  assert.deepEqual(resumableKeys(base), ["epochs", "patience"]);
});

for (const schedule of [{ "optimizer.warmup": 0.1 }, { "optimizer.linearDecay": true }]) {
  const [key] = Object.keys(schedule);
  Deno.test(`with ${key}, whose span is all epochs, it may have another patience alone`, () => {
    assert.deepEqual(resumableKeys(assign(base, schedule)), ["patience"]);
  });
}

/** Another value of each key that decides what a step computes. */
const others: Record<string, ConfigValue> = {
  "model.hidden": 2,
  "model.embeddingDropout": 0.1,
  "model.trainEmbedding": true,
  "model.unitEmbedding": false,
  "model.mtl": false,
  "model.ram": false,
  "model.ramUp": "linear",
  "model.dropout": 0.1,
  "target": "ccs",
  "loss.name": "bce",
  "loss.alpha": 0.5,
  "loss.gamma": 1,
  "loss.icdWeight": 0.5,
  "optimizer.learningRate": 1,
  "optimizer.beta1": 0.5,
  "optimizer.beta2": 0.5,
  "optimizer.epsilon": 1,
  "optimizer.weightDecay": 1,
  "optimizer.clipNorm": 2,
  "optimizer.warmup": 0.5,
  "optimizer.linearDecay": true,
  "batchSize": 2,
  "maxTokens": 2,
  "microTokens": 2,
  "monitor": "p@8",
  "seed": 2,
};

Deno.test("the hash is of every key but those that say when training ends", () => {
  const keys = [...flatten(base).keys()];
  const free = ["model.name", ...resumableKeys(base)]; // another system has other keys
  assert.deepEqual(Object.keys(others).sort(), keys.filter((key) => !free.includes(key)).sort());
  for (const [key, value] of Object.entries(others)) {
    assert.notEqual(configHash(assign(base, { [key]: value })), configHash(base), key);
  }
});

Deno.test("the hash is another system's where every other value is the same", () => {
  const other = parseConfig({ ...base, model: { ...base.model, name: "mt-ram" } });
  assert.notEqual(configHash(other), configHash(base));
});

Deno.test("the hash is the same whenever training ends", () => {
  assert.equal(configHash(assign(base, { epochs: 3, patience: 1 })), configHash(base));
});

Deno.test("the hash is of the epochs too where a schedule spans them", () => {
  const scheduled = assign(base, { "optimizer.warmup": 0.1 });
  assert.notEqual(configHash(assign(scheduled, { epochs: 3 })), configHash(scheduled));
});

Deno.test("the hash is one of the values, not of the order in which keys were written", () => {
  const reversed = Object.fromEntries(Object.entries(base).reverse());
  assert.equal(configHash(parseConfig(reversed)), configHash(base));
});

/** Of a run made before `model.ramUp` was an option, with the hash in its checkpoints. */
const earlier = {
  text: `{"model":{"name":"marn","hidden":64,"embeddingDropout":0.2,"trainEmbedding":false,
    "unitEmbedding":false,"mtl":true,"ram":true,"dropout":0.2},"target":"icd",
    "loss":{"name":"focal","alpha":0.999,"gamma":2,"icdWeight":0.7},
    "optimizer":{"learningRate":0.002,"beta1":0.9,"beta2":0.999,"epsilon":1e-8,"weightDecay":0,
    "clipNorm":1,"warmup":0,"linearDecay":false},"batchSize":8,"maxTokens":1000,
    "microTokens":64000,"epochs":1,"patience":4,"monitor":"p@5","seed":1}`,
  hash: "3bbaaa8e4acc3a65e3c63192a1ac56a722ab335bb6cc7c14b80f595b15b9a27c",
};

Deno.test("an option that came later has the value that earlier runs had", () => {
  const { model } = parseConfig(JSON.parse(earlier.text));
  assert.deepEqual([model.ramUp, model.unitEmbedding], ["deconvolution", false]);
});

Deno.test("an option that came later leaves the hash of earlier runs as it was", () => {
  const config = parseConfig(JSON.parse(earlier.text));
  assert.equal(configHash(config), earlier.hash);
  assert.notEqual(configHash(assign(config, { "model.ramUp": "linear" })), earlier.hash);
});
