import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import { maxPool } from "../../../model/layers/max_pool.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { agreesWithPyTorch } from "../../_support/layer_properties.ts";
import { goldenCases } from "../../_support/layers.ts";

agreesWithPyTorch("max pool", goldenCases("maxPool")[0]!, () => (x, { mask }) => maxPool(x, mask));

onEveryEngine("max pool takes no value from padding", () => {
  const x = tf.tensor3d([[[-5], [-2], [9]]]);
  assert.deepEqual(maxPool(x, tf.tensor2d([[1, 1, 0]])).arraySync(), [[-2]]);
});

const gradients = {
  "to the first of several equals": {
    x: [[[1, 5], [3, 5], [9, 9]]],
    mask: [[1, 1, 0]],
    expected: [[[0, 10], [6, 0], [0, 0]]],
  },
  "to the only position": {
    x: [[[1, 5]], [[2, 3]]],
    mask: [[1], [1]],
    expected: [[[2, 10]], [[4, 6]]],
  },
};

for (const [where, { x, mask, expected }] of Object.entries(gradients)) {
  onEveryEngine(`max pool's gradient goes ${where}`, () => {
    const open = tf.tensor2d(mask);
    const gradient = tf.grad((x) => tf.sum(tf.square(maxPool(x, open))))(tf.tensor3d(x));
    assert.deepEqual(gradient.arraySync(), expected);
  });
}
