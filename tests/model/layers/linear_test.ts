import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import { constant } from "../../../model/layers/initializers.ts";
import { createLinear } from "../../../model/layers/linear.ts";
import { Weights } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { agreesWithDifferences, agreesWithPyTorch } from "../../_support/layer_properties.ts";
import { goldenCases } from "../../_support/layers.ts";

for (const golden of goldenCases<{ bias: boolean }>("linear")) {
  agreesWithPyTorch(
    `linear ${JSON.stringify(golden.options)}`,
    golden,
    (scope) => createLinear(scope, 5, 3, golden.options),
  );
}

agreesWithDifferences("linear", 4, (scope) => createLinear(scope, 4, 6));

for (const shape of [[2], [3, 2], [2, 2, 3, 2]]) {
  onEveryEngine(`linear maps the last axis of [${shape}]`, () => {
    const weights = new Weights(1);
    const layer = createLinear(weights.scope("layer"), 2, 5);
    assert.deepEqual(layer(tf.zeros(shape)).shape, [...shape.slice(0, -1), 5]);
    weights.dispose();
  });
}

onEveryEngine("linear: weight and bias start as they are told to", () => {
  const weights = new Weights(1);
  createLinear(weights.scope("layer"), 2, 1, {
    initializer: constant(Float32Array.of(2, 3)),
    biasInitializer: constant(Float32Array.of(5)),
  });
  const values = weights.all().map(({ variable }) => [...variable.dataSync()]);
  assert.deepEqual(values, [[2, 3], [5]]);
  weights.dispose();
});

onEveryEngine("linear: the bias starts within PyTorch's bound, 1/√inputs", () => {
  const weights = new Weights(1);
  createLinear(weights.scope("layer"), 16, 1000);
  const bias = weights.get("layer.bias").variable.dataSync<"float32">();
  const largest = bias.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  assert.ok(largest <= 0.25 && largest > 0.24, `${largest}`);
  weights.dispose();
});
