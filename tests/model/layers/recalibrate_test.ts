import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import { createRam } from "../../../model/layers/recalibrate.ts";
import { Weights } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertNoLeak, batchOf, disposeBatch, gradientsOf, noise } from "../../_support/layers.ts";

const evaluation = { training: false, seed: 0 };

onEveryEngine("the RAM's gradient agrees with differences", () => {
  const weights = new Weights(1);
  const ram = createRam(weights.scope("ram"), 8, 0);
  const batch = batchOf([5, 2, 4]);
  assertNoLeak(() =>
    tf.tidy(() => {
      const x = noise([3, 5, 8], 1, batch.mask), dy = noise([3, 5, 8], 2);
      const forward = (input: typeof x) => ram(input, batch, { training: true, seed: 0 });
      const { dx } = gradientsOf(forward, x, dy, weights);
      const direction = noise([3, 5, 8], 3, batch.mask), h = 1e-2;
      const at = (step: number) =>
        tf.sum(tf.mul(forward(tf.add(x, tf.mul(direction, step))), dy)).dataSync()[0]!;
      const numeric = (at(h) - at(-h)) / (2 * h);
      const [analytic] = tf.sum(tf.mul(dx, direction)).dataSync();
      assert.ok(Math.abs(numeric - analytic!) <= 5e-3 * Math.max(1, Math.abs(analytic!)));
    })
  );
  disposeBatch(batch);
  weights.dispose();
});

onEveryEngine("the RAM keeps padding at zero, and drops features in training only", () => {
  const weights = new Weights(1);
  const ram = createRam(weights.scope("ram"), 16, 0.5);
  const batch = batchOf([6, 3], 8);
  tf.tidy(() => {
    const x = noise([2, 8, 16], 1, batch.mask);
    const zerosOf = (training: boolean, seed: number) => {
      const o = ram(x, batch, { ...evaluation, training, seed });
      const padding = tf.mul(o, tf.expandDims(tf.sub(1, batch.mask), 2));
      assert.equal(tf.max(tf.abs(padding)).dataSync()[0], 0);
      const zero = tf.sum(tf.cast(tf.equal(o, 0), "float32")).dataSync()[0]!;
      return { values: o.dataSync(), dropped: (zero - 7 * 16) / (9 * 16) }; // 9 of 16 tokens are real
    };
    assert.equal(zerosOf(false, 1).dropped, 0);
    const { dropped, values } = zerosOf(true, 1);
    assert.ok(Math.abs(dropped - 0.5) < 0.15, `${dropped}`);
    assert.deepEqual(zerosOf(true, 1).values, values);
    assert.notDeepEqual(zerosOf(true, 2).values, values);
  });
  disposeBatch(batch);
  weights.dispose();
});
