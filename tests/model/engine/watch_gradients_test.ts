import assert from "node:assert/strict";
import { type Tensor, tf, type Variable } from "../../../model/engine/tf.ts";
import { watchGradients } from "../../../model/engine/watch_gradients.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { noise } from "../../_support/layers.ts";

/** A loss of three weights, of which the middle one is used twice, and the last twice in one place. */
function createLoss() {
  const [first, middle, last, unused] = [1, 2, 3, 4].map((seed) =>
    tf.variable(noise([4, 4], seed))
  ) as [Variable, Variable, Variable, Variable];
  const loss = () => {
    const hidden = tf.tanh(tf.matMul(first, middle));
    const shown = tf.matMul(tf.mul(hidden, middle), tf.matMul(last, last));
    tf.square(first); // leads nowhere
    return tf.mean<Tensor>(shown);
  };
  return { loss, weights: [first, middle, last, unused] };
}

/** What is heard of each weight: its parts, and what has been told when it was whole. */
function listen(weights: readonly Variable[]) {
  const sums = weights.map(() => new Float32Array(16));
  const events: string[] = [];
  const at = (variable: Variable) => weights.indexOf(variable);
  return {
    sums,
    events,
    watcher: {
      onPart(variable: Variable, part: Tensor) {
        part.dataSync<"float32">().forEach((value, i) => sums[at(variable)]![i]! += value);
        events.push(`part ${at(variable)}`);
      },
      onWhole: (variable: Variable) => void events.push(`whole ${at(variable)}`),
    },
  };
}

onEveryEngine("the parts that are heard of add up to the gradients", () => {
  const { loss, weights } = createLoss();
  const { sums, watcher } = listen(weights);
  const { grads } = tf.variableGrads(() => {
    const value = loss();
    watchGradients(value, weights, watcher);
    return value as never;
  }, weights);
  weights.slice(0, 3).forEach(({ name }, at) => {
    const expected = grads[name]!.dataSync();
    sums[at]!.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-6, `${at} ${i}`));
  });
});

onEveryEngine("a weight is whole after its parts, those of the last layer first", () => {
  const { loss, weights } = createLoss();
  const { events, watcher } = listen(weights);
  tf.variableGrads(() => {
    const value = loss();
    watchGradients(value, weights, watcher);
    return value as never;
  }, weights);
  assert.deepEqual(events, [
    "part 2",
    "part 2",
    "whole 2",
    "part 1",
    "part 0",
    "whole 0",
    "part 1",
    "whole 1",
  ]);
});
