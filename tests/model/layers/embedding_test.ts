import assert from "node:assert/strict";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { createEmbedding, gatherRows, lookUp } from "../../../model/layers/embedding.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { testLayer } from "../../_support/layer_properties.ts";
import { assertNoLeak } from "../../_support/layers.ts";

/** Four tokens of two values each; padding's are zeros. */
const values = Float32Array.of(0, 0, 1, 2, 3, 4, 5, 6);
const rows = [[0, 0], [1, 2], [3, 4], [5, 6]];

for (const trained of [true, false]) {
  const name = `${trained ? "a trained" : "a frozen"} embedding`;

  testLayer(
    `${name} looks up a row for each token`,
    (scope) => createEmbedding(scope, { size: 4, values, trained }),
    [1],
    ({ layer }) => {
      const tokens = tf.tensor2d([[3, 1, 3], [1, 0, 0]], [2, 3], "int32");
      assert.deepEqual(layer(tokens).arraySync(), [
        [rows[3], rows[1], rows[3]],
        [rows[1], rows[0], rows[0]],
      ]);
    },
  );

  testLayer(
    `${name} is ${trained ? "a parameter" : "a buffer"} [V, E]`,
    (scope) => createEmbedding(scope, { size: 4, values, trained }),
    [1],
    ({ weights }) => {
      const { variable, trainable } = weights.get("layer.weight");
      assert.deepEqual([variable.shape, trainable], [[4, 2], trained]);
    },
  );
}

/** Gradient of a table [4, 2] when rows are given these gradients, [1, 2], [3, 4], … in order. */
function tableGradient(look: (table: Tensor) => Tensor, count: number): unknown {
  const dy = tf.reshape(tf.range(1, 2 * count + 1), look(tf.tensor2d(rows)).shape);
  return assertNoLeak(() => {
    const gradient = tf.tidy(() => tf.grad(look)(tf.tensor2d(rows), dy));
    const values = gradient.arraySync();
    gradient.dispose();
    return values;
  });
}

onEveryEngine(
  "an embedding's gradient adds up where a token comes again, but never at padding",
  () => {
    const tokens = tf.tensor2d([[3, 1, 3], [1, 0, 0]], [2, 3], "int32");
    const gradient = tableGradient((table) => lookUp(table, tokens), 6);
    assert.deepEqual(gradient, [[0, 0], [3 + 7, 4 + 8], [0, 0], [1 + 5, 2 + 6]]);
  },
);

onEveryEngine("gathered rows are those of the indices", () => {
  const indices = tf.tensor1d([2, 0], "int32");
  assert.deepEqual(gatherRows(tf.tensor2d(rows), indices).arraySync(), [rows[2], rows[0]]);
});

onEveryEngine("gathered rows' gradient adds up where an index comes again, at row 0 too", () => {
  const indices = tf.tensor1d([0, 2, 0], "int32");
  const gradient = tableGradient((table) => gatherRows(table, indices), 3);
  assert.deepEqual(gradient, [[1 + 5, 2 + 6], [0, 0], [3, 4], [0, 0]]);
});
