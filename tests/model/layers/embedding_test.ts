import assert from "node:assert/strict";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { createEmbedding } from "../../../model/layers/embedding.ts";
import { Weights } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertNoLeak } from "../../_support/layers.ts";

const values = Float32Array.of(0, 0, 1, 2, 3, 4, 5, 6);

onEveryEngine("an embedding looks up rows, and its gradient adds up at each but padding's", () => {
  const weights = new Weights(1);
  const embed = createEmbedding(weights.scope("embed"), { size: 4, values, trained: true });
  const { variable } = weights.get("embed.weight");
  assertNoLeak(() =>
    tf.tidy(() => {
      const tokens = tf.tensor2d([[3, 1, 3], [1, 0, 0]], [2, 3], "int32");
      assert.deepEqual(embed(tokens).arraySync(), [
        [[5, 6], [1, 2], [5, 6]],
        [[1, 2], [0, 0], [0, 0]],
      ]);
      const dy = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 2]);
      const { grads } = tf.variableGrads(
        () => tf.sum(tf.mul(embed(tokens) as Tensor, dy)) as never,
        [variable],
      );
      assert.deepEqual(grads[variable.name]!.arraySync(), [[0, 0], [10, 12], [0, 0], [6, 8]]);
    })
  );
  weights.dispose();
});

onEveryEngine("a frozen embedding is a buffer", () => {
  const weights = new Weights(1);
  createEmbedding(weights.scope("embed"), { size: 4, values, trained: false });
  assert.deepEqual(weights.trainable(), []);
  assert.deepEqual(weights.get("embed.weight").variable.shape, [4, 2]);
  weights.dispose();
});
