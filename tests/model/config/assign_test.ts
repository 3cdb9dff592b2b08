import assert from "node:assert/strict";
import { assign, parseAssignment } from "../../../model/config/assign.ts";
import { differingKeys } from "../../../model/config/config.ts";
import { base } from "../../../model/config/presets.ts";
import { UsageError } from "../../../pipeline/errors.ts";

Deno.test("assign changes dotted keys and names the nearest known one", () => {
  const config = assign(base, { "optimizer.learningRate": 0.01, batchSize: 4 });
  assert.equal(config.optimizer.learningRate, 0.01);
  assert.deepEqual(differingKeys(base, config), ["optimizer.learningRate", "batchSize"]);
  for (
    const [key, near] of [
      ["lerningRate", "optimizer.learningRate"],
      ["batchsize", "batchSize"],
      ["__proto__", ""],
      ["constructor", ""],
      ["model.__proto__", ""],
    ] as const
  ) {
    assert.throws(
      () => assign(base, Object.fromEntries([[key, 1]])),
      (error) => error instanceof UsageError && error.message.includes(near),
      key,
    );
  }
  assert.throws(() => assign(base, { batchSize: "4" }), /batchSize is "4"/);
  assert.throws(() => assign(base, { "model.name": "caml" }), /--model caml/);
});

Deno.test("parseAssignment reads a value by the kind that the key has", () => {
  assert.deepEqual(parseAssignment(base, "model.ram=false"), { "model.ram": false });
  assert.deepEqual(parseAssignment(base, "optimizer.learningRate=3e-3"), {
    "optimizer.learningRate": 3e-3,
  });
  assert.deepEqual(parseAssignment(base, "monitor=p@8"), { monitor: "p@8" });
  for (const text of ["seed", "=1", "seed=", "seed=NaN", "seed=one", "model.ram=1"]) {
    assert.throws(() => parseAssignment(base, text), UsageError, text);
  }
});
