import assert from "node:assert/strict";
import { createOptimizer } from "../../../model/train/optimizer.ts";
import { shareStart } from "../../../model/train/share.ts";
import { startState } from "../../../model/train/train_state.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { fakeRanks } from "../../_support/fake_ranks.ts";
import { createToy, toyConfig, weightValues } from "../../_support/toy.ts";

/** A model of its own seed, and its optimiser after some steps. */
function createLearner(seed: number) {
  const model = createToy(seed);
  const optimizer = createOptimizer(model.weights, toyConfig().optimizer);
  const gradients = new Map(
    model.weights.trainable().map(({ name, variable }) => [name, variable]),
  );
  for (let step = 0; step < seed; step++) optimizer.update(gradients).dispose();
  return { model, optimizer };
}

onEveryEngine("every rank starts with the first one's weights, moments and state", async () => {
  const learners = [3, 1, 2].map(createLearner);
  const start = { ...startState, step: 3, position: 3 };
  const states = await Promise.all(
    fakeRanks(3).map((rank, at) => shareStart(rank, learners[at]!, at === 0 ? start : startState)),
  );
  assert.deepEqual(states, [start, start, start]);
  const [first, ...others] = learners.map(({ model, optimizer }) => [
    weightValues(model),
    [...optimizer.state()].map(([name, tensor]) => [name, [...tensor.dataSync()]]),
  ]);
  for (const other of others) assert.deepEqual(other, first);
  for (const { model, optimizer } of learners) {
    optimizer.dispose();
    model.weights.dispose();
  }
});
