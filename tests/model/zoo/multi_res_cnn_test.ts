import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { tf } from "../../../model/engine/tf.ts";
import { assignValues } from "../../../model/layers/weights.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { batchOfTokens, inputsOf } from "../../_support/inputs.ts";

onEveryEngine("each of MultiResCNN's convolutions drops features of its own", () => {
  const filters = 4;
  const config = assign(resolveConfig({ model: "multi-res-cnn" }), {
    "model.kernels": "3,5",
    "model.filters": filters,
    "model.featureDropout": 0.5,
  });
  const inputs = inputsOf({ labels: { icd: 1, ccs: 1 }, words: 9, width: 2, vectors: 1 });
  const model = createModel(config, inputs);
  for (const weight of model.weights.trainable()) {
    assignValues(weight, new Float32Array(weight.variable.size));
  }
  // Every feature is tanh(1) before dropout; the logit is what one convolution keeps more of.
  for (const kernel of [3, 5]) {
    const shift = model.weights.get(`conv.channel-${kernel}.resconv-0.left.4.bias`);
    assignValues(shift, new Float32Array(filters).fill(1));
  }
  const signs = Float32Array.from({ length: 2 * filters }, (_, i) => i < filters ? 1 : -1);
  assignValues(model.weights.get("output_layer.final.weight"), signs);
  tf.tidy(() => {
    const batch = batchOfTokens([[2, 3, 4, 5, 6]]);
    const logit = (training: boolean) =>
      model.logits(batch, { training, seed: 1 }).icd!.dataSync()[0]!;
    assert.ok(Math.abs(logit(false)) < 1e-6, `${logit(false)}`);
    assert.ok(Math.abs(logit(true)) > 1e-3, `${logit(true)}`);
  });
  model.weights.dispose();
});
