import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import { maxPool } from "../../../model/layers/max_pool.ts";
import { onEveryEngine } from "../../_support/engines.ts";

onEveryEngine(
  "the gradient goes to the first largest real position, also where there is one",
  () => {
    const gradient = (x: number[][][], mask: number[][]) => {
      const open = tf.tensor2d(mask);
      return tf.grad((x) => tf.sum(tf.square(maxPool(x, open))))(tf.tensor3d(x)).arraySync();
    };
    assert.deepEqual(gradient([[[1, 5], [3, 5], [9, 9]]], [[1, 1, 0]]), [[[0, 10], [6, 0], [
      0,
      0,
    ]]]);
    assert.deepEqual(gradient([[[1, 5]], [[2, 3]]], [[1], [1]]), [[[2, 10]], [[4, 6]]]);
  },
);
