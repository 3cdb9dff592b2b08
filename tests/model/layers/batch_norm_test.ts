import { createBatchNorm } from "../../../model/layers/batch_norm.ts";
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
} from "../../_support/layers.ts";

onEveryEngine("batch norm agrees with PyTorch's on the real tokens", () => {
  assertNoLeak(() => {
    for (const golden of goldenCases<{ tanh: boolean; training: boolean }>("batchNorm")) {
      const { tanh, training } = golden.options;
      const mode = { training, seed: 0 };
      const weights = new Weights(1);
      const layer = createBatchNorm(weights.scope("layer"), 6, { tanh });
      fill(weights, golden.weights);
      const batch = batchOf(goldenLengths);
      tf.tidy(() => {
        const what = JSON.stringify(golden.options);
        assertClose(layer(load(golden.x), batch.mask, mode), golden.y, 1e-5, `${what} y`);
        for (const [name, expected] of Object.entries(golden.after)) {
          assertClose(weights.get(`layer.${name}`).variable, expected, 1e-5, `${what} ${name}`);
        }
        fill(weights, golden.weights);
        const { dx, weights: gradients } = gradientsOf(
          (x) => layer(x, batch.mask, mode),
          load(golden.x),
          load(golden.dy),
          weights,
        );
        assertClose(dx, golden.dx, 1e-5, `${what} dx`);
        for (const [name, expected] of Object.entries(golden.gradients)) {
          assertClose(gradients[name]!, expected, 1e-5, `${what} ${name}`);
        }
      });
      disposeBatch(batch);
      weights.dispose();
    }
  });
});
