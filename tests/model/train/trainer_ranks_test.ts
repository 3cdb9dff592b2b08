import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import type { TrainObserver } from "../../../model/train/observer.ts";
import { startState } from "../../../model/train/train_state.ts";
import { train } from "../../../model/train/trainer.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { fakeRanks } from "../../_support/fake_ranks.ts";
import {
  type Ended,
  interrupter,
  listener,
  resume,
  type ToyOverrides,
  toyTraining,
  trainThrough,
} from "../../_support/toy_training.ts";

/** Trains on ranks, each with what is its own. */
async function trainOn(size: number, own: (rank: number) => ToyOverrides = () => ({})) {
  const trainings = fakeRanks(size).map((ranks, rank) =>
    toyTraining({ parallel: { ranks, syncBatchNorm: false }, ...own(rank) })
  );
  const ended = await Promise.all(trainings.map((training) => trainThrough(training)));
  return { ended, trainings };
}

function assertSame(ended: readonly Ended[]): void {
  for (const one of ended) assert.deepEqual(one, ended[0]);
}

onEveryEngine("ranks end with the same state and weights, to the bit", async () => {
  const { ended } = await trainOn(3);
  assertSame(ended);
  assert.deepEqual([ended[0]![0].finished, ended[0]![0].state.step], [true, 24]);
});

onEveryEngine("a step of ranks is told as the whole batch's", async () => {
  const [whole, ...own] = [1, 2, 2].map(() => listener());
  await trainOn(1, () => ({ observers: [whole!.observer] }));
  await trainOn(2, (rank) => ({ observers: [own[rank]!.observer] }));
  for (const { steps } of own) {
    assert.equal(steps.length, whole!.steps.length);
    steps.forEach(({ documents, tokens }, at) => {
      const expected = whole!.steps[at]!;
      assert.deepEqual([documents, tokens], [expected.documents, expected.tokens]);
    });
    // The first step; later ones go by the statistics of each rank's own part.
    const [{ loss, gradientNorm }, expected] = [steps[0]!, whole!.steps[0]!];
    assert.ok(Math.abs(loss - expected.loss) < 1e-5);
    assert.ok(Math.abs(gradientNorm - expected.gradientNorm) < 1e-5);
  }
});

onEveryEngine("interrupted on one rank, all stop after the same step", async () => {
  const at = interrupter(({ step }) => step === 5);
  const { ended } = await trainOn(3, (rank) => rank === 2 ? at : {});
  for (const [{ finished, state }] of ended) assert.deepEqual([finished, state.step], [false, 5]);
});

onEveryEngine("resumed on other ranks, a run goes on with the same batches", async () => {
  const { steps, observer } = listener();
  const whole = listener();
  await trainOn(1, () => ({ observers: [whole.observer] }));
  const stopped = await trainOn(
    2,
    (rank) => rank === 0 ? interrupter(({ step }) => step === 11) : {},
  );
  await Promise.all(
    fakeRanks(3).map((ranks, rank) => {
      const observers = rank === 0 ? [observer] : [];
      const parallel = { ranks, syncBatchNorm: false };
      return resume(stopped.trainings[0]!.last.at(-1)!, toyTraining({ observers, parallel }));
    }),
  );
  const batchesOf = (all: typeof steps) => all.map(({ step, tokens }) => [step, tokens]);
  assert.deepEqual(batchesOf(steps), batchesOf(whole.steps.slice(11)));
});

onEveryEngine("a NaN on one rank ends all, after the same step", async () => {
  const trainings = fakeRanks(2).map((ranks, rank) => {
    const through = toyTraining({ parallel: { ranks, syncBatchNorm: false } });
    const weight = through.training.model.weights.get("toy.icd");
    const observer: TrainObserver = {
      onStep: ({ step }) => {
        if (rank === 1 && step === 3) weight.variable.assign(tf.fill(weight.variable.shape, NaN));
      },
    };
    return { ...through, training: { ...through.training, observers: [observer] } };
  });
  const found = await Promise.allSettled(
    trainings.map(({ training }) => train(training, startState)),
  );
  for (const one of found) {
    assert.ok(one.status === "rejected");
    assert.match(one.reason.message, /^training step 4 \(epoch 1, batch 4 of 8\): loss NaN, /);
  }
  for (const { dispose } of trainings) dispose();
});
