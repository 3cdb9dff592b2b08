import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { createNormGate } from "../../../model/layers/norm_gate.ts";
import type { WeightScope } from "../../../model/layers/weights.ts";
import { ignoresPadding, keepsPaddingZero } from "../../_support/layer_padding.ts";
import {
  agreesWithDifferences,
  agreesWithPyTorch,
  agreesWithTwin,
  type Layer,
  testLayer,
} from "../../_support/layer_properties.ts";
import { assertClose, goldenCases, noise } from "../../_support/layers.ts";

/** A gate whose input is also what it gates, so that both gradients count. */
function createLayer(scope: WeightScope, channels: number, training: boolean): Layer {
  const gate = createNormGate(scope, channels);
  return (x, batch) => gate(x, x, batch, { training, seed: 0 });
}

for (const golden of goldenCases<{ training: boolean }>("normGate")) {
  agreesWithPyTorch(
    `norm and gate ${JSON.stringify(golden.options)}`,
    golden,
    (scope) => createLayer(scope, 5, golden.options.training),
  );
}

agreesWithDifferences("norm and gate", 4, (scope) => createLayer(scope, 4, true));
ignoresPadding("norm and gate", 4, (scope) => createLayer(scope, 4, false));
keepsPaddingZero("norm and gate", 4, (scope) => createLayer(scope, 4, true));

testLayer("norm and gate: each side has its own gradient", (scope) => createNormGate(scope, 4), [
  5,
  3,
], ({ layer, batch }) => {
  const x = noise([2, 5, 4], 1, batch.mask);
  const gate = (x: Tensor, features: Tensor) =>
    layer(x, features, batch, { training: false, seed: 0 });
  const [dx, dFeatures] = tf.grads(gate)([x, tf.zerosLike(x)]);
  // tanh(norm(x) ⊙ 0): nothing in x matters, and the slope in the features is norm(x), x / √(1 + ε).
  assertClose(dx!, tf.zerosLike(x), 0, "dx");
  assertClose(dFeatures!, tf.div(x, Math.sqrt(1 + 1e-5)), 1e-6, "dFeatures");
});

agreesWithTwin("norm and gate", {
  "in training": {
    lengths: [3, 9, 1],
    width: 10,
    inputs: 35,
    create: (scope) => createLayer(scope, 35, true),
  },
  "after training": {
    lengths: [3, 9, 1],
    width: 10,
    inputs: 35,
    create: (scope) => createLayer(scope, 35, false),
  },
});
