import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { tf } from "../../../model/engine/tf.ts";
import type { Model } from "../../../model/model.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { assignValues } from "../../../model/layers/weights.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import { UNKNOWN } from "../../../pipeline/schema.ts";
import { inputsOf } from "../../_support/inputs.ts";
import { type LossAndGradients, trainingGradients } from "../../_support/training_loss.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertClose, batchOf } from "../../_support/layers.ts";

const mode = { training: true, seed: 1 };
const weight = 10; // λ

/**
 * A DR-CAML of two filters whose logits are all 0, whose classifier's rows are (1, 0), (4, −2) and
 * (9, 9), and whose titles all have the vector (1, −2).
 */
function createDrCaml(): Model {
  const model = createFresh([[2], [2, 3], [3]]);
  for (const weight of model.weights.trainable()) {
    assignValues(weight, new Float32Array(weight.variable.size));
  }
  assignValues(model.weights.get("final.weight"), Float32Array.of(1, 0, 4, -2, 9, 9));
  assignValues(model.weights.get("label_fc1.bias"), Float32Array.of(1, -2));
  return model;
}

/** One of three labels with titles of these words. */
function createFresh(titles: readonly (readonly number[])[]): Model {
  const config = assign(resolveConfig({ model: "dr-caml" }), {
    "model.filters": 2,
    "model.descriptionWeight": weight,
    "model.embeddingDropout": 0,
  });
  const labels = { icd: 3, ccs: 1 };
  const title = (label: number) => titles[label]!;
  return createModel(config, inputsOf({ labels, title, words: 4, width: 3, vectors: 1 }));
}

/** The loss of three documents, of which the first two have labels, and its gradients. */
function goldLabels(model: Model): LossAndGradients {
  const icd = tf.tensor2d([[1, 1, 0], [0, 1, 0], [0, 0, 0]]);
  return trainingGradients(model, batchOf([3, 1, 2]), { icd }, mode);
}

/** λ / filters / documents. */
const share = weight / 2 / 3;

onEveryEngine(
  "DR-CAML's loss adds the squared distances of gold labels' rows to their titles",
  () => {
    const model = createDrCaml();
    const { loss } = goldLabels(model);
    // 4 and 9 of the first document, 9 of the second, none of the third
    const expected = Math.LN2 + share * ((4 + 9) + 9);
    assertClose(loss, { shape: [], values: [expected] }, 1e-6, "loss");
    model.weights.dispose();
  },
);

onEveryEngine("DR-CAML pulls a gold label's row by each document that has it", () => {
  const model = createDrCaml();
  const { gradients } = goldLabels(model);
  // 2 × (row − vector). BCE adds nothing: features are 0.
  const values = [0, 4, 2 * 6, 0, 0, 0].map((sum) => share * sum);
  assertClose(gradients.get("final.weight")!, { shape: [3, 2], values }, 1e-6, "rows");
  model.weights.dispose();
});

onEveryEngine("DR-CAML pulls the titles' vectors the other way", () => {
  const model = createDrCaml();
  const { gradients } = goldLabels(model);
  const values = [-2 * 6, -4].map((sum) => share * sum);
  assertClose(gradients.get("label_fc1.bias")!, { shape: [2], values }, 1e-6, "vectors");
  model.weights.dispose();
});

onEveryEngine("DR-CAML's loss is plain BCE where no document has a label", () => {
  const model = createDrCaml();
  const loss = model.loss(batchOf([3, 1]), { icd: tf.zeros([2, 3]) }, mode);
  assertClose(loss, { shape: [], values: [Math.LN2] }, 1e-6, "loss");
  model.weights.dispose();
});

onEveryEngine("a title of no known word is read as one unknown word", () => {
  const losses = [[[], [2], [3]], [[UNKNOWN], [2], [3]]].map((titles) => {
    const model = createFresh(titles);
    const { loss } = goldLabels(model);
    model.weights.dispose();
    return loss.dataSync()[0]!;
  });
  assert.equal(losses[0], losses[1]);
  assert.ok(losses[0]! > Math.LN2 * 1.01, `the titles cost something: ${losses[0]}`);
});

for (const [preset, weight] of [["mimic3-50", 10], ["mimic3-full", 0.01]] as const) {
  Deno.test(`on ${preset} DR-CAML's pull weighs ${weight}, as its authors chose`, () => {
    const { model } = resolveConfig({ model: "dr-caml", preset });
    assert.equal(model.descriptionWeight, weight);
  });
}
