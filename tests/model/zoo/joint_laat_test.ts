import assert from "node:assert/strict";
import { assign } from "../../../model/config/config.ts";
import { tf } from "../../../model/engine/tf.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { batchOf, disposeBatch } from "../../_support/layers.ts";

onEveryEngine("codes that all have one parent are trained like others", () => {
  const config = assign(resolveConfig({ model: "joint-laat" }), {
    "model.hidden": 2,
    "model.attention": 2,
    "model.projection": 2,
  });
  const model = createModel(config, {
    vocabularySize: 3,
    embeddings: new Float32Array(12),
    labels: { icd: 2, ccs: 1 },
    codes: { icd: ["428.0", "428.1"], ccs: ["108"] },
    titles: { icd: [], ccs: [] },
    seed: 1,
  });
  const batch = batchOf([3, 1]), icd = tf.tensor2d([[0, 1], [0, 0]]);
  const trained = model.weights.trainable().map(({ variable }) => variable);
  const { value, grads } = tf.variableGrads(
    () => model.loss(model.forward(batch, { training: true, seed: 1 }), { icd }),
    trained,
  );
  assert.ok(value.dataSync().every(Number.isFinite));
  assert.equal(Object.keys(grads).length, trained.length);
  model.weights.dispose();
  disposeBatch(batch);
});
