import assert from "node:assert/strict";
import { assign, parseAssignment } from "../../../model/config/assign.ts";
import { differingKeys } from "../../../model/config/config.ts";
import { base } from "../../../model/config/presets.ts";

Deno.test("an assignment changes the keys that it names, and no others", () => {
  const config = assign(base, { "optimizer.learningRate": 0.01, batchSize: 4 });
  assert.deepEqual(differingKeys(base, config), ["optimizer.learningRate", "batchSize"]);
  assert.deepEqual([config.optimizer.learningRate, config.batchSize], [0.01, 4]);
});

for (
  const [key, nearest] of [
    ["lerningRate", "optimizer.learningRate"], // without its group
    ["optimiser.epsilon", "optimizer.epsilon"],
    ["batchsize", "batchSize"],
    ["model.hiddn", "model.hidden"],
    ["model.nme", "model.name"], // there is a loss.name too
    ["__proto__", "model.dropout"],
    ["model.__proto__", "model.dropout"],
    ["constructor", "monitor"],
  ] as const
) {
  Deno.test(`assigning ${key}, which is no key, is refused with the nearest key`, () => {
    assert.throws(() => assign(base, Object.fromEntries([[key, 1]])), {
      name: "UsageError",
      message: `setting "${key}": there is no such key; the nearest is "${nearest}"`,
    });
  });
}

Deno.test("assigning a value of another kind is refused", () => {
  assert.throws(() => assign(base, { batchSize: "4" }), {
    name: "UsageError",
    message: /batchSize is "4", expected number/,
  });
});

Deno.test("a system is not assigned: its options would not be its own", () => {
  assert.throws(() => assign(base, { "model.name": "caml" }), {
    name: "UsageError",
    message: /choose the system with --model caml/,
  });
});

for (
  const [text, expected] of [
    ["model.ram=false", { "model.ram": false }],
    ["model.mtl=true", { "model.mtl": true }],
    ["optimizer.learningRate=3e-3", { "optimizer.learningRate": 3e-3 }],
    ["monitor=p@8", { monitor: "p@8" }],
    ["target=a=b", { target: "a=b" }], // the first = ends the key
    ["unknown=1", { unknown: "1" }],
  ] as const
) {
  Deno.test(`--set ${text} is read by the kind of value that the key has`, () => {
    assert.deepEqual(parseAssignment(base, text), expected);
  });
}

for (
  const [text, message] of [
    ["seed", /expected key=value/],
    ["=1", /expected key=value/],
    ["seed=", /setting seed: "" is not a number/],
    ["seed= ", /setting seed: " " is not a number/],
    ["seed=NaN", /"NaN" is not a number/],
    ["seed=Infinity", /"Infinity" is not a number/],
    ["seed=one", /"one" is not a number/],
    ["seed=0x10", /"0x10" is not a number/],
    ["model.ram=1", /"1" is neither true nor false/],
  ] as const
) {
  Deno.test(`--set ${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => parseAssignment(base, text), { name: "UsageError", message });
  });
}
