import assert from "node:assert/strict";
import { rateFactor } from "../../../model/train/optimizer.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { toyConfig } from "../../_support/toy.ts";
import { listener, toyTraining, trainThrough } from "../../_support/toy_training.ts";

onEveryEngine("observers are told of every step, where it stands in the run", async () => {
  const { steps, observer } = listener();
  await trainThrough(toyTraining({ config: toyConfig({ epochs: 2 }), observers: [observer] }));
  assert.deepEqual(
    steps.map(({ step, epoch, position, epochSteps }) => [step, epoch, position, epochSteps]),
    Array.from({ length: 16 }, (_, i) => [i + 1, Math.floor(i / 8), i % 8 + 1, 8]),
  );
});

onEveryEngine(
  "a step tells the documents and tokens of its batch, cut and without padding",
  async () => {
    const { steps, observer } = listener();
    const through = toyTraining({ config: toyConfig({ epochs: 1 }), observers: [observer] });
    await trainThrough(through);
    const { lengths } = through.training.train;
    const total = (key: "documents" | "tokens") => steps.reduce((sum, step) => sum + step[key], 0);
    assert.deepEqual(steps.map(({ documents }) => documents).sort(), [2, 4, 4, 4, 4, 4, 4, 4]);
    assert.equal(total("tokens"), lengths.reduce((sum, length) => sum + Math.min(length, 12), 0));
  },
);

onEveryEngine("a step's learning rate follows the schedule over all epochs", async () => {
  const { steps, observer } = listener();
  const config = toyConfig({ "optimizer.warmup": 0.25, "optimizer.linearDecay": true });
  await trainThrough(toyTraining({ config, observers: [observer] }));
  assert.deepEqual(
    steps.map(({ learningRate }) => learningRate),
    Array.from({ length: 24 }, (_, step) => 0.05 * rateFactor(step, 24, config.optimizer)),
  );
});

onEveryEngine(
  "observers are told of every epoch, and of its mean loss over documents",
  async () => {
    const { steps, epochs, observer } = listener();
    const through = toyTraining({ config: toyConfig({ epochs: 2 }), observers: [observer] });
    await trainThrough(through);
    const tokens = through.training.train.lengths.reduce((sum, n) => sum + Math.min(n, 12), 0);
    const losses = [0, 1].map((epoch) =>
      steps.filter((step) => step.epoch === epoch)
        .reduce((sum, { loss, documents }) => sum + loss * documents, 0) / 30
    );
    assert.deepEqual(
      epochs.map(({ value: _value, improved: _improved, stale: _stale, ...event }) => event),
      [0, 1].map((epoch) => ({
        step: 8 * (epoch + 1),
        epoch,
        trainLoss: losses[epoch],
        documents: 30,
        tokens,
        monitor: "p@5",
      })),
    );
  },
);
