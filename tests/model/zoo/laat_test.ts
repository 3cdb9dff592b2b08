import assert from "node:assert/strict";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { Weights } from "../../../model/layers/weights.ts";
import { createLevel, laat, levelAttention, levelLogits } from "../../../model/zoo/laat.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertClose, assertNoLeak, batchOf, disposeBatch, noise } from "../../_support/layers.ts";

const options = { ...laat.options, hidden: 3, attention: 4 };
const labels = 5;

for (const extra of [0, 2]) {
  onEveryEngine(`a level of ${extra} more columns classifies what its attention gathers`, () => {
    const weights = new Weights(1);
    const level = createLevel(weights, 0, options, labels, extra);
    const batch = batchOf([4, 1, 6]);
    assert.deepEqual(level.score.shape, [labels, 6 + extra]);
    assertNoLeak(() =>
      tf.tidy(() => {
        const states = noise([3, 6, 6], 1, batch.mask);
        const all = Int32Array.from({ length: labels }, (_, label) => label);
        const attention = levelAttention(level, states, batch, all);
        const gathered = tf.matMul(attention, states); // [B, labels, 2u]
        const score = tf.slice(level.score, [0, 0], [labels, 6]);
        const expected: Tensor = tf.add(tf.sum(tf.mul(gathered, score), 2), level.bias);
        assertClose(levelLogits(level, states, batch), expected, 1e-5, "logits");
      })
    );
    weights.dispose();
    disposeBatch(batch);
  });
}

onEveryEngine("a level attends to real tokens alone", () => {
  const weights = new Weights(1);
  const level = createLevel(weights, 0, options, labels);
  tf.tidy(() => {
    const batch = batchOf([2, 1], 3);
    const attention = levelAttention(level, noise([2, 3, 6], 1), batch, Int32Array.of(0));
    assertClose(tf.sum(attention, 2), tf.ones([2, 1]), 1e-6, "sums");
    assert.equal(tf.max(tf.slice(attention, [1, 0, 1], [1, 1, 2])).dataSync()[0], 0);
  });
  weights.dispose();
});
