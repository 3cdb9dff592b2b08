import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { tf } from "../../../model/engine/tf.ts";
import type { Model } from "../../../model/model.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { assignValues } from "../../../model/layers/weights.ts";
import { firstLevel } from "../../../model/zoo/joint_laat.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import { inputsOf } from "../../_support/inputs.ts";
import { type LossAndGradients, trainingGradients } from "../../_support/training_loss.ts";
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

const first = "attention.third_linears.0.bias";
const second = "attention.third_linears.1.bias";

/**
 * The loss of two documents and its gradients, where the levels' logits are (ln 3, 0) for the parents
 * 428 and V45, and (0, ln 3, −ln 3) for the codes 428.0, 428.1 and V45.81.
 */
function bothLevels(): LossAndGradients {
  const model = createJointLaat(["428.0", "428.1", "V45.81"]);
  for (const weight of model.weights.trainable()) {
    assignValues(weight, new Float32Array(weight.variable.size));
  }
  // With all other weights zero a level's logits are its biases.
  assignValues(model.weights.get(first), Float32Array.of(Math.log(3), 0));
  assignValues(model.weights.get(second), Float32Array.of(0, Math.log(3), -Math.log(3)));
  const icd = tf.tensor2d([[1, 1, 0], [0, 0, 1]]); // parents [1, 0] and [0, 1]
  const result = trainingGradients(model, batchOf([3, 1]), { icd }, mode);
  model.weights.dispose();
  return result;
}

onEveryEngine("JointLAAT's loss weighs its two levels by their numbers of labels", () => {
  const hit = Math.log(4 / 3); // BCE where σ(ln 3) = 3/4 went to the truth
  const half = Math.log(2);
  const miss = Math.log(4);
  const parents = (hit + half + miss + half) / 4;
  const codes = (half + hit + hit + half + miss + miss) / 6;
  const expected = (2 * parents + 3 * codes) / 5;
  assertClose(bothLevels().loss, { shape: [], values: [expected] }, 1e-6, "loss");
});

// (labels of the level / all) × Σ over documents of (probability − target) / entries
const slopes = {
  [first]: [-1 / 4 + 3 / 4, 1 / 2 - 1 / 2].map((sum) => (2 / 5) * sum / 4),
  [second]: [-1 / 2 + 1 / 2, -1 / 4 + 3 / 4, 1 / 4 - 3 / 4].map((sum) => (3 / 5) * sum / 6),
};

for (const [level, values] of Object.entries(slopes)) {
  onEveryEngine(`the gradient of ${level} is that of its own level's loss`, () => {
    const gradient = bothLevels().gradients.get(level)!;
    assertClose(gradient, { shape: [values.length], values }, 1e-6, level);
  });
}

Deno.test("a code without a point is its own parent", () => {
  const { parents, parentOf } = firstLevel(["V10", "V10.1", "E8798"]);
  assert.deepEqual([parents, [...parentOf]], [["V10", "E8798"], [0, 0, 1]]);
});
