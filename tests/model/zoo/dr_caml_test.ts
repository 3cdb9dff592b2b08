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

/**
 * A DR-CAML of two filters whose logits are all 0, whose classifier's rows are (1, 0), (4, −2) and
 * (9, 9), and whose titles all have the vector (1, −2).
 */
function createDrCaml(): Model {
  const config = assign(resolveConfig({ model: "dr-caml" }), {
    "model.filters": 2,
    "model.descriptionWeight": 10,
  });
  const titles = [[2], [2, 3], [3]];
  const model = createModel(
    config,
    inputsOf({
      labels: { icd: 3, ccs: 1 },
      title: (label) => titles[label]!,
      words: 4,
      width: 3,
    }),
  );
  for (const weight of model.weights.trainable()) {
    assignValues(weight, new Float32Array(weight.variable.size));
  }
  assignValues(model.weights.get("final.weight"), Float32Array.of(1, 0, 4, -2, 9, 9));
  assignValues(model.weights.get("label_fc1.bias"), Float32Array.of(1, -2));
  return model;
}

onEveryEngine("DR-CAML's loss pulls gold labels' rows towards their titles' vectors", () => {
  const model = createDrCaml();
  const batch = batchOf([3, 1, 2]);
  const icd = tf.tensor2d([[1, 1, 0], [0, 1, 0], [0, 0, 0]]);
  const { loss, gradients } = trainingGradients(model, batch, { icd }, mode);

  // Squared distances of the gold labels' rows: 4 and 9, 9, none; λ = 10, 2 filters, 3 documents.
  const penalty = (10 / 2) * ((4 + 9) + 9 + 0) / 3;
  assertClose(loss, { shape: [], values: [Math.LN2 + penalty] }, 1e-6, "loss");
  // 2 × (row − vector) for each document that has the label. BCE adds nothing: features are 0.
  const slopes = [0, 4, 2 * 6, 0, 0, 0].map((sum) => (10 / 2) * sum / 3);
  assertClose(gradients.get("final.weight")!, { shape: [3, 2], values: slopes }, 1e-6, "rows");
  const pull = [-2 * 6, -4].map((sum) => (10 / 2) * sum / 3);
  assertClose(gradients.get("label_fc1.bias")!, { shape: [2], values: pull }, 1e-6, "vectors");
  model.weights.dispose();
  disposeBatch(batch);
});

onEveryEngine("DR-CAML's loss is plain BCE where no document has a label", () => {
  const model = createDrCaml();
  const batch = batchOf([3, 1]);
  const loss = model.loss(batch, { icd: tf.zeros([2, 3]) }, mode);
  assertClose(loss, { shape: [], values: [Math.LN2] }, 1e-6, "loss");
  model.weights.dispose();
  disposeBatch(batch);
});
