import assert from "node:assert/strict";
import { base, presets, resolveConfig } from "../../../model/config/presets.ts";
import { assign } from "../../../model/config/assign.ts";
import { parseConfig } from "../../../model/config/config.ts";
import { systems } from "../../../model/zoo/systems.ts";
import { marn } from "../../../model/zoo/marn.ts";
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
    name: "marn",
    ...marn.options,
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

Deno.test("every preset resolves for every system, and for every base encoder", () => {
  for (const preset of Object.keys(presets)) {
    for (const { name, base } of systems) {
      assert.equal(resolveConfig({ preset, model: name }).model.name, name);
      if (base === undefined) continue;
      const { model, loss } = resolveConfig({ preset, base });
      assert.deepEqual([model.name, model.mtl, model.ram, loss.name], [name, false, false, "bce"]);
    }
  }
});

Deno.test("a preset's option of a system is some system's: a misspelt one would be refused", () => {
  const options = new Set(systems.flatMap(({ options }) => Object.keys(options)));
  for (const [preset, changes] of Object.entries(presets)) {
    for (const key of Object.keys(changes)) {
      const [, option] = /^model\.(.+)/.exec(key) ?? [];
      assert.ok(option === undefined || options.has(option), `${preset}: ${key}`);
    }
  }
});

Deno.test("a system's own settings name keys that it has, and presets that there are", () => {
  for (const { name, options, training = {}, presets: own = {} } of systems) {
    const config = parseConfig({ ...base, model: { name, ...options } });
    for (const changes of [training, ...Object.values(own)]) assign(config, changes);
    for (const preset of Object.keys(own)) assert.ok(preset in presets, `${name}: ${preset}`);
  }
});
