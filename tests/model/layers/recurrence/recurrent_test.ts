import {
  createGru,
  createLstm,
  finalStates,
} from "../../../../model/layers/recurrence/recurrent.ts";
import { tf } from "../../../../model/engine/tf.ts";
import { Weights } from "../../../../model/layers/weights.ts";
import { onEveryEngine } from "../../../_support/engines.ts";
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
} from "../../../_support/layers.ts";

for (const [name, create] of Object.entries({ gru: createGru, lstm: createLstm })) {
  onEveryEngine(`${name} agrees with PyTorch's packed sequences`, () => {
    assertNoLeak(() => {
      for (const golden of goldenCases(name)) {
        const bidirectional = "weight_ih_l0_reverse" in golden.weights;
        const weights = new Weights(1);
        const layer = create(weights.scope("layer"), 5, 4, { bidirectional });
        fill(weights, golden.weights);
        const batch = batchOf(goldenLengths);
        tf.tidy(() => {
          const y = layer(load(golden.x), batch);
          assertClose(y, golden.y, 1e-6, "y");
          if (bidirectional) assertClose(finalStates(y, batch), golden.final, 1e-6, "final");
          const { dx, weights: gradients } = gradientsOf(
            (x) => layer(x, batch),
            load(golden.x),
            load(golden.dy),
            weights,
          );
          assertClose(tf.mul(dx, tf.expandDims(batch.mask, 2)), golden.dx, 1e-5, "dx");
          for (const [name, expected] of Object.entries(golden.gradients)) {
            assertClose(gradients[name]!, expected, 1e-5, name);
          }
        });
        disposeBatch(batch);
        weights.dispose();
      }
    });
  });

  onEveryEngine(`${name} gives a document the same states alone and in a wider batch`, () => {
    const weights = new Weights(2);
    const layer = create(weights.scope("layer"), 3, 5, { bidirectional: true });
    const batch = batchOf([6, 2, 1], 9), alone = batchOf([2]);
    tf.tidy(() => {
      const x = noise([3, 9, 3], 1, batch.mask);
      const together = tf.slice(layer(x, batch), [1, 0, 0], [1, 2, -1]);
      assertClose(together, layer(tf.slice(x, [1, 0, 0], [1, 2, -1]), alone), 1e-6, "states");
    });
    disposeBatch(batch);
    disposeBatch(alone);
    weights.dispose();
  });
}

onEveryEngine("finalStates passes its gradient to the states that it picked", () => {
  const batch = batchOf([3, 1], 4);
  tf.tidy(() => {
    const states = noise([2, 4, 4], 3, batch.mask);
    const gradient = tf.grad((s) => tf.sum(finalStates(s, batch)))(states);
    const expected = new Array(32).fill(0);
    for (const [document, last] of [[0, 2], [1, 0]] as const) {
      for (const unit of [0, 1]) expected[(document * 4 + last) * 4 + unit] = 1;
      for (const unit of [2, 3]) expected[document * 16 + unit] = 1;
    }
    assertClose(gradient, { shape: [2, 4, 4], values: expected }, 0, "gradient");
  });
  disposeBatch(batch);
});
