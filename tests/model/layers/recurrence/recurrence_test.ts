import assert from "node:assert/strict";
import { tf } from "../../../../model/engine/tf.ts";
import { weightList } from "../../../../model/layers/recurrence/recurrence.ts";
import { onEveryEngine } from "../../../_support/engines.ts";

onEveryEngine("a layer's weights are listed by direction, matrices before biases", () => {
  const direction = (first: number) => ({
    input: tf.scalar(first),
    hidden: tf.scalar(first + 1),
    inputBias: tf.scalar(first + 2),
    hiddenBias: tf.scalar(first + 3),
  });
  const listed = weightList([direction(0), direction(4)]).map((weight) => weight.dataSync()[0]);
  assert.deepEqual(listed, [0, 1, 2, 3, 4, 5, 6, 7]);
});
