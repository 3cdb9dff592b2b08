import assert from "node:assert/strict";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { feedTargets, feedTokens } from "../../../model/feed.ts";
import { createOptimizer } from "../../../model/train/optimizer.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import type { Batch } from "../../../pipeline/dataset/documents.ts";
import { createRandom } from "../../../pipeline/random.ts";
import { inputsOf } from "../../_support/inputs.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { trainingGradients } from "../../_support/training_loss.ts";

const VOCABULARY = 40;
const WIDTH = 12;
const codes = { icd: ["428.0", "428.1", "V45.81", "038.9", "038.0"], ccs: ["1", "2", "3"] };

/** Sizes at which a batch is learned in a moment. */
const small: readonly (readonly [system: string, readonly string[]])[] = [
  ["marn", ["model.hidden=16"]],
  ["mt-ram", ["model.hidden=16"]],
  ["cnn", ["model.filters=32"]],
  ["bigru", ["model.hidden=16"]],
  ["caml", ["model.filters=24"]],
  ["dr-caml", ["model.filters=24", "model.descriptionWeight=0.01"]],
  ["multi-res-cnn", ["model.filters=16", "model.kernels=3,5"]],
  ["laat", ["model.hidden=16", "model.attention=16"]],
  ["joint-laat", ["model.hidden=16", "model.attention=16", "model.projection=8"]],
  ["fusion", ["model.filters=16", "model.kernels=3,5", "model.heads=2", "model.feedForward=32"]],
  ["mdbert", ["model.hidden=32", "model.heads=2", "model.intermediate=64", "model.layers=1"]],
];

/** Four documents of random words, each with labels of its own. */
function batch(): Batch {
  const random = createRandom(3, "test batch");
  const lengths = Int32Array.of(9, 14, 6, 14);
  const width = 14;
  const tokens = new Int32Array(4 * width);
  lengths.forEach((length, b) => {
    for (let t = 0; t < length; t++) tokens[b * width + t] = 2 + random.below(VOCABULARY - 2);
  });
  return {
    rows: Int32Array.of(0, 1, 2, 3),
    lengths,
    width,
    tokens,
    labels: {
      icd: { offsets: Int32Array.of(0, 2, 3, 4, 6), indices: Int32Array.of(0, 3, 1, 4, 2, 3) },
      ccs: { offsets: Int32Array.of(0, 1, 2, 3, 5), indices: Int32Array.of(0, 1, 2, 0, 2) },
    },
  };
}

const inputs = {
  ...inputsOf({
    labels: codes,
    title: (label) => [2 + label, 9],
    words: VOCABULARY,
    width: WIDTH,
    vectors: 4,
  }),
  seed: 5,
};

for (const [name, set] of small) {
  onEveryEngine(`${name} learns one batch by heart`, () => {
    const config = resolveConfig({
      model: name,
      set: [...set, "optimizer.learningRate=0.02", "optimizer.clipNorm=1"],
    });
    const model = createModel(config, inputs);
    const optimizer = createOptimizer(model.weights, config.optimizer);
    const labels = { icd: codes.icd.length, ccs: codes.ccs.length };
    const tokens = feedTokens(batch());
    const targets = feedTargets(batch(), model.tasks, labels);
    const step = (seed: number) =>
      tf.tidy(() => {
        const mode = { training: true, seed };
        optimizer.update(trainingGradients(model, tokens, targets, mode).gradients);
      });
    let tensors = 0;
    for (let i = 0; i < 100; i++) {
      step(i);
      if (i === 2) tensors = tf.memory().numTensors;
    }
    assert.equal(tf.memory().numTensors, tensors, "tensors are flat over steps");
    tf.tidy(() => {
      const outputs = model.logits(tokens, { training: false, seed: 0 });
      for (const task of model.tasks) {
        const predicted = tf.cast(tf.greater(outputs[task]!, 0), "float32");
        assert.deepEqual(
          [...predicted.dataSync()],
          [...(targets[task] as Tensor).dataSync()],
          task,
        );
      }
    });
    optimizer.dispose();
    model.weights.dispose();
    tf.dispose([tokens.tokens, tokens.lengths, tokens.mask, ...Object.values(targets)]);
  });
}
