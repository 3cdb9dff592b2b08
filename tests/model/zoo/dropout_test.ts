/** Every dropout that a system has an option for: it drops in training alone, by the step's seed. */
import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { tf } from "../../../model/engine/tf.ts";
import { createModel, systems } from "../../../model/zoo/systems.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { batchOfTokens, inputsOf } from "../../_support/inputs.ts";

/** Sizes at which a model is made in a moment. */
const small = {
  "model.hidden": 4,
  "model.filters": 4,
  "model.kernels": "3,5",
  "model.attention": 4,
  "model.projection": 4,
  "model.heads": 2,
  "model.feedForward": 6,
  "model.intermediate": 6,
};

const inputs = inputsOf({ labels: { icd: 5, ccs: 3 }, words: 20, width: 6, vectors: 1 });
const documents = [[2, 3, 4, 5, 6, 7, 8, 9], [10, 11, 12]];

for (const { name, options } of systems) {
  const rates = Object.keys(options).filter((option) => /dropout$/i.test(option));
  for (const option of rates) {
    onEveryEngine(`${name} drops by ${option} in training, and by the step's seed`, () => {
      const sizes = Object.entries(small).filter(([key]) => key.slice("model.".length) in options);
      const quiet = rates.map((rate) => [`model.${rate}`, rate === option ? 0.5 : 0]);
      const config = assign(
        resolveConfig({ model: name }),
        Object.fromEntries([
          ...sizes,
          ...quiet,
          ...("ram" in options ? [["model.ram", true]] : []),
        ]),
      );
      const model = createModel(config, inputs);
      const batch = batchOfTokens(documents);
      const logits = (training: boolean, seed: number) =>
        tf.tidy(() => [...model.logits(batch, { training, seed }).icd!.dataSync()]);
      assert.deepEqual(logits(false, 1), logits(false, 2), "evaluation draws nothing");
      assert.notDeepEqual(logits(true, 1), logits(true, 2), "training draws by its seed");
      model.weights.dispose();
    });
  }
}
