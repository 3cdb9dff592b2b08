import { tf } from "../../../model/engine/tf.ts";
import { createGroupNorm, createLayerNorm } from "../../../model/layers/norm.ts";
import type { WeightScope } from "../../../model/layers/weights.ts";
import { ignoresPadding, keepsPaddingZero } from "../../_support/layer_padding.ts";
import {
  agreesWithDifferences,
  agreesWithPyTorch,
  type Layer,
  testLayer,
} from "../../_support/layer_properties.ts";
import { assertClose, goldenCases, noise } from "../../_support/layers.ts";

function groupNorm(scope: WeightScope, channels: number): Layer {
  const norm = createGroupNorm(scope, channels);
  return (x, { mask }) => norm(x, mask);
}

agreesWithPyTorch("group norm", goldenCases("groupNorm")[0]!, (scope) => groupNorm(scope, 5));
agreesWithDifferences("group norm", 4, (scope) => groupNorm(scope, 4));
ignoresPadding("group norm", 4, (scope) => groupNorm(scope, 4));
keepsPaddingZero("group norm", 4, (scope) => groupNorm(scope, 4));

testLayer("group norm: what stands on padding changes no value", (scope) => groupNorm(scope, 4), [
  5,
  2,
  3,
], ({ layer, batch }) => {
  const x = noise([3, 5, 4], 1);
  const clean = tf.mul(x, tf.expandDims(batch.mask, 2));
  assertClose(layer(x, batch), layer(clean, batch), 0, "values");
});

agreesWithPyTorch(
  "layer norm",
  goldenCases("layerNorm")[0]!,
  (scope) => createLayerNorm(scope, 5, 1e-5),
);
agreesWithDifferences("layer norm", 4, (scope) => createLayerNorm(scope, 4, 1e-5));

testLayer(
  "layer norm: ε is added to the variance",
  (scope) => createLayerNorm(scope, 2, 3),
  [1],
  ({ layer }) => {
    // Mean 0 and variance 1: ±1 / √(1 + 3).
    assertClose(layer(tf.tensor1d([-1, 1])), { shape: [2], values: [-0.5, 0.5] }, 1e-6, "values");
  },
);
