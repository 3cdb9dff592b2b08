import assert from "node:assert/strict";
import { base, presets, resolveConfig } from "../../../model/config/presets.ts";
import { systems } from "../../../model/config/system_presets.ts";
import { UsageError } from "../../../pipeline/errors.ts";

Deno.test("every preset resolves, and mimic3-50 is the base", () => {
  for (const preset of Object.keys(presets)) resolveConfig({ preset });
  assert.deepEqual(resolveConfig({}), base);
  assert.deepEqual(resolveConfig({ preset: "mimic3-50" }), base);
});

Deno.test("mimic3-full is the paper's setting for all codes", () => {
  const { batchSize, monitor, patience, maxTokens } = resolveConfig({ preset: "mimic3-full" });
  assert.deepEqual({ batchSize, monitor, patience, maxTokens }, {
    batchSize: 64,
    monitor: "p@8",
    patience: 10,
    maxTokens: 4000,
  });
});

Deno.test("flags override the preset, and --set overrides flags", () => {
  const config = resolveConfig({
    mtl: false,
    ram: false,
    loss: "bce",
    target: "ccs",
    epochs: 3,
    seed: 5,
    set: ["epochs=4", "model.hidden=32"],
  });
  assert.deepEqual(config.model, {
    ...systems.marn.options,
    mtl: false,
    ram: false,
    hidden: 32,
  });
  assert.equal(config.loss.name, "bce");
  assert.equal(config.target, "ccs");
  assert.equal(config.epochs, 4);
  assert.equal(config.seed, 5);
});

Deno.test("unknown presets, systems and losses are usage errors with a suggestion", () => {
  for (
    const [request, message] of [
      [{ preset: "mimic-50" }, /nearest is mimic3-50/],
      [{ model: "__proto__" }, /expected one of marn/],
      [{ model: "mrn" }, /nearest is marn/],
      [{ loss: "focl" }, /loss.name is "focl"/],
      [{ epochs: 0 }, /epochs is 0, expected at least 1/],
    ] as const
  ) {
    assert.throws(
      () => resolveConfig(request),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  }
});
