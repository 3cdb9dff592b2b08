import assert from "node:assert/strict";
import type { Model } from "../../../model/model.ts";
import type { TrainObserver } from "../../../model/train/observer.ts";
import { startState, type TrainState } from "../../../model/train/train_state.ts";
import { train } from "../../../model/train/trainer.ts";
import { assignValues } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { toyConfig, weightValues } from "../../_support/toy.ts";
import { interrupter, listener, toyTraining, trainThrough } from "../../_support/toy_training.ts";

onEveryEngine("a run ends after its epochs, each of which leaves a checkpoint", async () => {
  const through = toyTraining();
  const [{ state, finished }] = await trainThrough(through);
  assert.deepEqual([finished, state.epoch, state.step], [true, 3, 24]);
  assert.deepEqual(through.last.map(({ state }) => state.step), [8, 16, 24]);
});

onEveryEngine("a run that has come to its end does nothing more", async () => {
  const through = toyTraining();
  const end: TrainState = { ...startState, step: 24, epoch: 3 };
  const [outcome] = await trainThrough(through, end);
  assert.deepEqual([outcome, through.last], [{ state: end, finished: true }, []]);
});

onEveryEngine("every pass of a run draws from a seed of its own", async () => {
  const seeds: number[] = [];
  const config = toyConfig({ epochs: 2, microTokens: 20 });
  const { training, dispose } = toyTraining({ config });
  const loss: Model["loss"] = (batch, targets, mode) => {
    seeds.push(mode.seed);
    return training.model.loss(batch, targets, mode);
  };
  await train({ ...training, model: { ...training.model, loss } }, startState);
  dispose();
  assert.ok(seeds.length > 16, `${seeds.length} passes`);
  assert.equal(new Set(seeds).size, seeds.length);
});

onEveryEngine("the run's seed decides what it draws", async () => {
  const [, weights] = await trainThrough(toyTraining());
  const [, others] = await trainThrough(toyTraining({ config: toyConfig({ seed: 2 }) }));
  assert.notDeepEqual(others, weights);
});

onEveryEngine("training learns", async () => {
  const { epochs, observer } = listener();
  const config = toyConfig({ epochs: 12, patience: 12 });
  await trainThrough(toyTraining({ config, observers: [observer] }));
  const [first, end] = [epochs[0]!, epochs.at(-1)!];
  assert.ok(end.trainLoss < 0.95 * first.trainLoss, `${first.trainLoss} → ${end.trainLoss}`);
  assert.ok(end.value > first.value, `${first.value} → ${end.value}`);
});

onEveryEngine("no two epochs have the same batches", async () => {
  const { steps, observer } = listener();
  await trainThrough(toyTraining({ config: toyConfig({ epochs: 2 }), observers: [observer] }));
  const tokens = steps.map(({ tokens }) => tokens);
  assert.notDeepEqual(tokens.slice(8), tokens.slice(0, 8));
});

onEveryEngine("the learning rate of a step is the one that moves the weights", async () => {
  const config = toyConfig({ epochs: 1, "optimizer.warmup": 0.999 });
  const slow = toyTraining({ config });
  const before = weightValues(slow.training.model)["toy.icd"]!;
  const stopped = interrupter(({ step }) => step === 1);
  await train({ ...slow.training, ...stopped }, startState);
  const moved = weightValues(slow.training.model)["toy.icd"]!
    .map((value, i) => Math.abs(value - before[i]!));
  slow.dispose();
  // Adam's first step is the learning rate long in every direction: 1/8 of 0.05.
  assert.ok(Math.abs(Math.max(...moved) - 0.05 / 8) < 1e-5, `${Math.max(...moved)}`);
});

for (
  const [what, poison, at, message, kept] of [
    ["a NaN", NaN, 10, /^training step 11 \(epoch 2, batch 3 of 8\): loss NaN, /, [8]],
    ["an infinity", Infinity, 10, /^training step 11 \(epoch 2, batch 3 of 8\): loss /, [8]],
    ["a NaN in scoring", NaN, 8, /^scoring the dev split after step 8 \(epoch 1\): /, []],
  ] as const
) {
  onEveryEngine(`${what} ends training, and no checkpoint follows`, async () => {
    const { training, last, best, dispose } = toyTraining();
    const weight = training.model.weights.get("toy.icd");
    const observer: TrainObserver = {
      onStep: ({ step }) => {
        if (step === at) assignValues(weight, new Float32Array(weight.variable.size).fill(poison));
      },
    };
    await assert.rejects(train({ ...training, observers: [observer] }, startState), {
      name: "NumericError",
      message,
    });
    dispose();
    assert.deepEqual(last.map(({ state }) => state.step), kept);
    assert.equal(best.length, kept.length);
  });
}
