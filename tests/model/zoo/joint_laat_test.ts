import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { tf } from "../../../model/engine/tf.ts";
import type { Model } from "../../../model/model.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { assignValues } from "../../../model/layers/weights.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import { inputsOf } from "../../_support/inputs.ts";
import { trainingGradients } from "../../_support/training_loss.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertClose, batchOf, disposeBatch } from "../../_support/layers.ts";

const mode = { training: true, seed: 1 };

function createJointLaat(codes: string[]): Model {
  const config = assign(resolveConfig({ model: "joint-laat" }), {
    "model.hidden": 2,
    "model.attention": 2,
    "model.projection": 2,
  });
  const labels = { icd: codes, ccs: 1 };
  return createModel(config, inputsOf({ labels, words: 3, width: 4 }));
}

onEveryEngine("codes that all have one parent are trained like others", () => {
  const model = createJointLaat(["428.0", "428.1"]);
  const batch = batchOf([3, 1]);
  const icd = tf.tensor2d([[0, 1], [0, 0]]);
  const { loss, gradients } = trainingGradients(model, batch, { icd }, mode);
  assert.ok(loss.dataSync().every(Number.isFinite));
  assert.equal(gradients.size, model.weights.trainable().length);
  model.weights.dispose();
  disposeBatch(batch);
});

onEveryEngine("JointLAAT's loss weighs its two levels by their numbers of labels", () => {
  const model = createJointLaat(["428.0", "428.1", "V45.81"]); // parents 428 and V45
  for (const weight of model.weights.trainable()) {
    assignValues(weight, new Float32Array(weight.variable.size));
  }
  // With all other weights zero a level's logits are its biases. σ(ln 3) = 3/4.
  const first = "attention.third_linears.0.bias";
  const second = "attention.third_linears.1.bias";
  assignValues(model.weights.get(first), Float32Array.of(Math.log(3), 0));
  assignValues(model.weights.get(second), Float32Array.of(0, Math.log(3), -Math.log(3)));
  const batch = batchOf([3, 1]);
  const icd = tf.tensor2d([[1, 1, 0], [0, 0, 1]]); // parents [1, 0] and [0, 1]
  const { loss, gradients } = trainingGradients(model, batch, { icd }, mode);

  const hit = Math.log(4 / 3); // BCE where 3/4 went to the truth
  const half = Math.log(2);
  const miss = Math.log(4);
  const parents = (hit + half + miss + half) / 4;
  const codes = (half + hit + hit + half + miss + miss) / 6;
  assertClose(loss, { shape: [], values: [(2 * parents + 3 * codes) / 5] }, 1e-6, "loss");
  // (labels of the level / all) × Σ over documents of (probability − target) / entries
  const ofFirst = [-1 / 4 + 3 / 4, 1 / 2 - 1 / 2].map((sum) => (2 / 5) * sum / 4);
  const ofSecond = [-1 / 2 + 1 / 2, -1 / 4 + 3 / 4, 1 / 4 - 3 / 4].map((sum) => (3 / 5) * sum / 6);
  assertClose(gradients.get(first)!, { shape: [2], values: ofFirst }, 1e-6, first);
  assertClose(gradients.get(second)!, { shape: [3], values: ofSecond }, 1e-6, second);
  model.weights.dispose();
  disposeBatch(batch);
});
