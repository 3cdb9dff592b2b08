import assert from "node:assert/strict";
import { type ConvOptions, createConv, outputMask } from "../../../model/layers/conv.ts";
import { tf } from "../../../model/engine/tf.ts";
import { Weights } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import {
  assertClose,
  assertNoLeak,
  batchOf,
  disposeBatch,
  fill,
  goldenCases,
  goldenLengths,
  gradientsOf,
  load,
  noise,
} from "../../_support/layers.ts";

onEveryEngine("conv agrees with PyTorch", () => {
  assertNoLeak(() => {
    for (const golden of goldenCases<ConvOptions>("conv")) {
      const weights = new Weights(1);
      const layer = createConv(weights.scope("layer"), 5, 3, golden.options);
      fill(weights, golden.weights);
      const batch = batchOf(goldenLengths);
      tf.tidy(() => {
        const what = JSON.stringify(golden.options);
        assertClose(layer(load(golden.x), batch), golden.y, 1e-6, `${what} y`);
        const forward = (x: Parameters<typeof layer>[0]) => layer(x, batch);
        const { dx, weights: gradients } = gradientsOf(
          forward,
          load(golden.x),
          load(golden.dy),
          weights,
        );
        assertClose(tf.mul(dx, tf.expandDims(batch.mask, 2)), golden.dx, 1e-5, `${what} dx`);
        for (const [name, expected] of Object.entries(golden.gradients)) {
          assertClose(gradients[name]!, expected, 1e-5, `${what} ${name}`);
        }
      });
      disposeBatch(batch);
      weights.dispose();
    }
  });
});

onEveryEngine(
  "an even kernel gives a document one output more, whatever it is batched with",
  () => {
    const weights = new Weights(2);
    const layer = createConv(weights.scope("layer"), 3, 2, { kernel: 4, padding: 2, bias: true });
    const batch = batchOf([6, 2, 1], 9), alone = batchOf([2]);
    tf.tidy(() => {
      const x = noise([3, 9, 3], 1, batch.mask);
      const y = layer(x, batch);
      assert.deepEqual(y.shape, [3, 10, 2]);
      const single = layer(tf.slice(x, [1, 0, 0], [1, 2, -1]), alone);
      assertClose(tf.slice(y, [1, 0, 0], [1, 3, -1]), single, 1e-6, "outputs");
      assert.equal(tf.sum(tf.abs(tf.slice(y, [1, 3, 0], [1, -1, -1]))).dataSync()[0], 0);
      assert.deepEqual([...tf.sum(outputMask(batch, 10), 1).dataSync()], [7, 3, 2]);
    });
    disposeBatch(batch);
    disposeBatch(alone);
    weights.dispose();
  },
);
