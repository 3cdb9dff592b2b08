/** Every dropout that a system has an option for: it drops in training alone, by the step's seed. */
import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { tf } from "../../../model/engine/tf.ts";
import type { Model } from "../../../model/model.ts";
import type { AnySystem } from "../../../model/system.ts";
import { createModel, systems } from "../../../model/zoo/systems.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { batchOfTokens, inputsOf } from "../../_support/inputs.ts";
import { assertClose } from "../../_support/layers.ts";

/** Sizes at which a model is made in a moment, and the RAM, which drops. */
const small = {
  hidden: 4,
  filters: 4,
  kernels: "3,5",
  attention: 4,
  projection: 4,
  heads: 2,
  feedForward: 6,
  intermediate: 6,
  ram: true,
};

const inputs = inputsOf({ labels: { icd: 5, ccs: 3 }, words: 20, width: 6, vectors: 1 });
const documents = [[2, 3, 4, 5, 6, 7, 8, 9], [10, 11, 12]];

/** Options of shares that are dropped. */
function ratesOf({ options }: AnySystem): string[] {
  return Object.keys(options).filter((option) => /dropout$/i.test(option));
}

/** A small model that drops half by the options named, and nothing by others. */
function createDropping(system: AnySystem, dropping: readonly string[]): Model {
  const sizes = Object.entries(small).filter(([option]) => option in system.options);
  const rates = ratesOf(system).map((rate) => [rate, dropping.includes(rate) ? 0.5 : 0] as const);
  const changes = [...sizes, ...rates].map(([option, value]) =>
    [`model.${option}`, value] as const
  );
  const config = assign(resolveConfig({ model: system.name }), Object.fromEntries(changes));
  return createModel(config, inputs);
}

for (const system of systems) {
  for (const rate of ratesOf(system)) {
    onEveryEngine(`${system.name} drops by ${rate} in training, and by the step's seed`, () => {
      const model = createDropping(system, [rate]);
      const batch = batchOfTokens(documents);
      const logits = (training: boolean, seed: number) =>
        tf.tidy(() => [...model.logits(batch, { training, seed }).icd!.dataSync()]);
      assert.deepEqual(logits(false, 1), logits(false, 2), "evaluation draws nothing");
      assert.notDeepEqual(logits(true, 1), logits(true, 2), "training draws by its seed");
      model.weights.dispose();
    });
  }

  if (["cnn", "bigru", "mdbert"].includes(system.name)) continue; // without label attention
  onEveryEngine(`${system.name} drops nothing from the attention that it shows`, () => {
    tf.tidy(() => {
      const [all, none] = [ratesOf(system), []].map((rates) => {
        const model = createDropping(system, rates);
        const shown = model.attention!(batchOfTokens(documents), "icd", Int32Array.of(0, 3));
        model.weights.dispose();
        return shown;
      });
      assertClose(all!, none!, 1e-6, "attention");
    });
  });
}
