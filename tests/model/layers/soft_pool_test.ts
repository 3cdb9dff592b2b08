import assert from "node:assert/strict";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { derivePositions } from "../../../model/layers/positions.ts";
import { createSoftPool } from "../../../model/layers/soft_pool.ts";
import { assignValues, type WeightScope } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { ignoresPadding } from "../../_support/layer_padding.ts";
import {
  agreesWithDifferences,
  type Layer,
  testLayer,
  withLayer,
} from "../../_support/layer_properties.ts";
import { assertClose } from "../../_support/layers.ts";

function createLayer(scope: WeightScope, channels: number): Layer {
  const pool = createSoftPool(scope, channels);
  return (x, batch) => pool(x, derivePositions(batch, (length) => Math.ceil(length / 2)));
}

agreesWithDifferences("soft pool", 4, (scope) => createLayer(scope, 4));
ignoresPadding("soft pool", 4, (scope) => createLayer(scope, 4));

/** Pools documents of one channel, whose score is the value times ln 3. */
function poolOneChannel(values: number[], expected: number[]): void {
  withLayer((scope) => createLayer(scope, 1), [values.length], ({ layer, weights, batch }) => {
    assignValues(weights.get("layer.att_conv.0.weight"), Float32Array.of(Math.log(3)));
    const x: Tensor = tf.tensor3d(values, [1, values.length, 1]);
    const shape = [1, expected.length, 1];
    assertClose(layer(x, batch), { shape, values: expected }, 1e-6, "pooled");
  });
}

onEveryEngine("soft pool merges a pair by the softmax of its scores", () => {
  // e^(2·ln 3) : e^(1·ln 3) = 3 : 1, and equal values merge to themselves.
  poolOneChannel([2, 1, 5, 5], [2 * 3 / 4 + 1 / 4, 5]);
});

onEveryEngine("soft pool merges the last of an odd number with a zero that takes its share", () => {
  poolOneChannel([5, 5, 1], [5, 3 / 4]);
});

testLayer(
  "soft pool: the score is a convolution of one tap under the release's name",
  (scope) => createLayer(scope, 4),
  [1],
  ({ weights }) => {
    const declared = weights.all().map(({ name, variable }) => [name, variable.shape]);
    assert.deepEqual(declared, [["layer.att_conv.0.weight", [1, 4, 1]]]);
  },
);
