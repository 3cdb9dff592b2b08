import assert from "node:assert/strict";
import { TASKS } from "../../../pipeline/schema.ts";
import { monitorValue } from "../../../model/metrics/monitor.ts";
import type { Assignments } from "../../../model/system.ts";
import type { Documents } from "../../../pipeline/dataset/documents.ts";
import { scoreDocuments, splitTruth } from "../../../model/scoring.ts";
import { startState } from "../../../model/train/train_state.ts";
import { train } from "../../../model/train/trainer.ts";
import { assignValues } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { toyConfig, toyDocuments } from "../../_support/toy.ts";
import {
  interrupter,
  listener,
  resume,
  type ToyOverrides,
  toyTraining,
  trainThrough,
} from "../../_support/toy_training.ts";

for (const target of TASKS) {
  onEveryEngine(`what is monitored is the metric of ${target} on the dev split`, async () => {
    const { epochs, observer } = listener();
    const config = toyConfig({ epochs: 1, target, monitor: "map" });
    const { training, best, dispose } = toyTraining({ config, observers: [observer] });
    await train(training, startState);
    const scores = await scoreDocuments(training.model, training.dev, config);
    dispose();
    const truth = splitTruth(training.dev, target);
    assert.equal(epochs[0]!.value, monitorValue("map", scores[target]!, truth));
    assert.deepEqual(best[0]!.scores, scores);
  });
}

/** Dev documents without labels: every AUC is 0/0. */
const unlabelled: Documents = { ...toyDocuments(9, 2), labels: () => new Int32Array() };

/** A run whose monitor is never defined. */
const undefinedRun = (changes: Assignments = {}, more: ToyOverrides = {}) =>
  toyTraining({
    config: toyConfig({ monitor: "macro_auc", patience: 1, ...changes }),
    dev: unlabelled,
    ...more,
  });

onEveryEngine("fault 77: an undefined metric is never best and does not end training", async () => {
  const { epochs, observer } = listener();
  const [{ state, finished }] = await trainThrough(undefinedRun({}, { observers: [observer] }));
  assert.deepEqual([finished, state.epoch], [true, 3]);
  assert.deepEqual(state.stopping, { best: null, bestEpoch: -1, stale: 0 });
  assert.deepEqual(
    epochs.map(({ value, improved, stale }) => [value, improved, stale]),
    Array(3).fill([NaN, false, 0]),
  );
});

onEveryEngine("fault 77: without a best epoch the latest weights are kept", async () => {
  const through = undefinedRun();
  await trainThrough(through);
  assert.deepEqual(through.best.map(({ state }) => state.step), [8, 16, 24]);
});

onEveryEngine(
  "fault 77: resumed, a run with an undefined metric ends in the same bits",
  async () => {
    const whole = await trainThrough(undefinedRun());
    const stopped = undefinedRun({}, interrupter(({ step }) => step === 12));
    await trainThrough(stopped);
    const resumed = undefinedRun({}, { initialSeed: 99 });
    assert.deepEqual(await resume(stopped.last.at(-1)!, resumed), whole);
  },
);

onEveryEngine("fault 77: the first defined epoch is best, whatever came before", async () => {
  const { epochs, observer } = listener();
  const set = { monitor: "micro_f1_caml", epochs: 12, patience: 2, "optimizer.learningRate": 0.01 };
  const through = toyTraining({ config: toyConfig(set), observers: [observer] });
  // Biases so low that nothing is predicted before they have risen.
  assignValues(through.training.model.weights.get("toy.bias"), new Float32Array(6).fill(-0.5));
  const [{ state }] = await trainThrough(through);
  const first = epochs.findIndex(({ value }) => !Number.isNaN(value));
  assert.ok(first > 2, `defined from epoch ${first} on, before patience could end`);
  assert.ok(epochs[first]!.improved);
  assert.ok(state.stopping.bestEpoch >= first);
});

/** A run whose rate is too high to get better for long, and what its dev split scored. */
async function trainTooFast() {
  const { epochs, observer } = listener();
  const config = toyConfig({ epochs: 40, patience: 2, "optimizer.learningRate": 1 });
  const through = toyTraining({ config, observers: [observer] });
  const [{ state, finished }] = await trainThrough(through);
  const values = epochs.map(({ value }) => value);
  return { epochs, state, finished, bestEpoch: values.indexOf(Math.max(...values)), ...through };
}

onEveryEngine("early stopping ends a run once patience is exhausted", async () => {
  const { state, finished, bestEpoch } = await trainTooFast();
  assert.ok(state.epoch < 40);
  assert.deepEqual([finished, state.epoch], [true, bestEpoch + 3]);
});

onEveryEngine("the best checkpoint is that of the best epoch", async () => {
  const { state, best, bestEpoch } = await trainTooFast();
  assert.equal(state.stopping.bestEpoch, bestEpoch);
  assert.deepEqual(best.at(-1)!.state.stopping, { ...state.stopping, stale: 0 });
  assert.equal(best.at(-1)!.state.epoch, bestEpoch);
});

onEveryEngine("an epoch tells whether it is the best so far, and since when none was", async () => {
  const { epochs, best } = await trainTooFast();
  const improved = epochs.filter(({ improved }) => improved).map(({ epoch }) => epoch);
  assert.deepEqual(improved, best.map(({ state }) => state.epoch));
  assert.deepEqual(
    epochs.map(({ stale }) => stale),
    epochs.map(({ epoch }) => epoch - Math.max(...improved.filter((at) => at <= epoch))),
  );
});
