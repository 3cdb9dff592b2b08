import assert from "node:assert/strict";
import { NumericError } from "../../../pipeline/errors.ts";
import type { TensorData } from "../../../pipeline/files/safetensors.ts";
import { tf } from "../../../model/engine/tf.ts";
import type { EpochEvent, StepEvent, TrainObserver } from "../../../model/train/observer.ts";
import { createOptimizer } from "../../../model/train/optimizer.ts";
import { startState, type TrainState } from "../../../model/train/train_state.ts";
import { type Outcome, train, type Training } from "../../../model/train/trainer.ts";
import { assignValues } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { createToy, toyConfig, toyDocuments, toyLabels, weightValues } from "../../_support/toy.ts";

/** What a checkpoint holds, on the host. */
interface Saved {
  readonly state: TrainState;
  readonly tensors: ReadonlyMap<string, TensorData>;
}

/** A training on the toy task that keeps its checkpoints in memory. */
function toyTraining(overrides: Partial<Training> & { initialSeed?: number } = {}) {
  const config = overrides.config ?? toyConfig();
  const model = createToy(overrides.initialSeed ?? 1);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const last: Saved[] = [], best: TrainState[] = [];
  const save = (state: TrainState) => {
    const weights = model.weights.all().map(({ name, variable }) => [name, variable] as const);
    const tensors = [...weights, ...optimizer.state()].map(([name, tensor]) => {
      const data = (tensor.dataSync() as Float32Array).slice();
      return [name, { dtype: "F32" as const, shape: tensor.shape, data }] as const;
    });
    last.push({ state, tensors: new Map(tensors) });
  };
  const training: Training = {
    config,
    model,
    optimizer,
    train: toyDocuments(30, 1),
    dev: toyDocuments(9, 2),
    labels: toyLabels,
    checkpoints: {
      saveLast: (state) => Promise.resolve(save(state)),
      saveBest: (state) => Promise.resolve(void best.push(state)),
    },
    checkpointSeconds: 1e9,
    observers: [],
    interrupt: new AbortController().signal,
    ...overrides,
  };
  const dispose = () => {
    optimizer.dispose();
    model.weights.dispose();
  };
  return { training, last, best, dispose };
}

/** Trains without a stop and returns the outcome with every weight's bits. */
async function trainThrough(
  training: Training,
  start = startState,
): Promise<[Outcome, Record<string, number[]>]> {
  const outcome = await train(training, start);
  return [outcome, weightValues(training.model)];
}

/** Sends an interrupt when `matches` says so. */
function interrupter(matches: (event: StepEvent) => boolean) {
  const controller = new AbortController();
  const observer: TrainObserver = {
    onStep: (event) => {
      if (matches(event)) controller.abort("SIGTERM");
    },
  };
  return { interrupt: controller.signal, observers: [observer] };
}

/** Goes on from a checkpoint with a model that started elsewhere. */
async function resume(saved: Saved): Promise<[Outcome, Record<string, number[]>]> {
  const { training, dispose } = toyTraining({ initialSeed: 99 });
  for (const weight of training.model.weights.all()) {
    assignValues(weight, saved.tensors.get(weight.name)!.data as Float32Array);
  }
  training.optimizer.restore(saved.tensors, "memory");
  const state: TrainState = JSON.parse(JSON.stringify(saved.state));
  const result = await trainThrough(training, state);
  dispose();
  return result;
}

onEveryEngine("interrupted at any step and resumed, a run ends in the same bits", async () => {
  const { training, last, dispose } = toyTraining();
  const [whole, weights] = await trainThrough(training);
  assert.equal(whole.finished, true);
  assert.equal(whole.state.step, 24); // 3 epochs of 8 batches
  assert.deepEqual(last.map(({ state }) => state.step), [8, 16, 24]);
  dispose();
  for (const at of [1, 5, 8, 9, 16, 23, 24]) {
    const stopped = toyTraining(interrupter(({ step }) => step === at));
    const outcome = await train(stopped.training, startState);
    assert.equal(outcome.finished, false);
    assert.equal(outcome.state.step, at);
    assert.deepEqual(stopped.last.at(-1)!.state, outcome.state);
    stopped.dispose();
    const [resumed, resumedWeights] = await resume(stopped.last.at(-1)!);
    assert.deepEqual(resumed, whole, `state after resuming at step ${at}`);
    assert.deepEqual(resumedWeights, weights, `weights after resuming at step ${at}`);
  }
});

onEveryEngine("an interrupt while the dev split is scored keeps the epoch's steps", async () => {
  const controller = new AbortController();
  const observer: TrainObserver = { onScored: () => controller.abort("SIGINT") };
  const { training, last, best, dispose } = toyTraining({
    interrupt: controller.signal,
    observers: [observer],
  });
  const { state, finished } = await train(training, startState);
  assert.deepEqual([finished, state.step, state.epoch, state.position], [false, 8, 0, 8]);
  assert.equal(best.length, 0);
  dispose();
  const through = toyTraining();
  const [, weights] = await trainThrough(through.training);
  through.dispose();
  assert.deepEqual((await resume(last[0]!))[1], weights);
});

onEveryEngine("training learns, and tells its observers of every step and epoch", async () => {
  const steps: StepEvent[] = [], epochs: EpochEvent[] = [];
  const observer: TrainObserver = {
    onStep: (event) => void steps.push(event),
    onEpoch: (event) => void epochs.push(event),
  };
  const config = toyConfig({ epochs: 12, patience: 12 });
  const { training, dispose } = toyTraining({ config, observers: [observer] });
  await train(training, startState);
  dispose();
  assert.deepEqual(steps.map(({ step }) => step), Array.from({ length: 96 }, (_, i) => i + 1));
  assert.deepEqual(epochs.map(({ step }) => step), Array.from({ length: 12 }, (_, i) => 8 * i + 8));
  const first = epochs[0]!, end = epochs.at(-1)!;
  assert.ok(end.trainLoss < 0.95 * first.trainLoss, `${first.trainLoss} → ${end.trainLoss}`);
  assert.ok(end.value > first.value, `${first.value} → ${end.value}`);
  const { documents, tokens } = first, lengths = training.train.lengths;
  assert.equal(documents, 30);
  assert.equal(tokens, lengths.reduce((sum, length) => sum + Math.min(length, 12), 0));
});

onEveryEngine("the tensor count is flat, and a step waits for the device once", async () => {
  const counts: number[] = [], waits: number[] = [];
  const device = countReads();
  const observer: TrainObserver = {
    onStep: () => {
      counts.push(tf.memory().numTensors);
      waits.push(device.take());
    },
    onScored: () => void device.take(),
  };
  const config = toyConfig({ microTokens: 20 });
  const { training, dispose } = toyTraining({ config, observers: [observer] });
  try {
    await train({ ...training, checkpoints: silent }, startState);
  } finally {
    device.restore();
    dispose();
  }
  assert.equal(counts.length, 24);
  assert.equal(new Set(counts).size, 1, `${counts}`);
  assert.deepEqual(new Set(waits), new Set([1]));
});

/** Counts how often tensors are read back from the engine. */
function countReads() {
  const backend = tf.backend() as unknown as Record<"read" | "readSync", (id: object) => unknown>;
  const { read, readSync } = backend;
  let reads = 0, depth = 0; // one calls the other
  const counted = (original: (id: object) => unknown) =>
    function (this: unknown, id: object) {
      if (depth++ === 0) reads++;
      try {
        return original.call(this, id);
      } finally {
        depth--;
      }
    };
  Object.assign(backend, { read: counted(read), readSync: counted(readSync) });
  return {
    take: () => [reads, reads = 0][0]!,
    restore: () => Object.assign(backend, { read, readSync }),
  };
}

const silent = { saveLast: () => Promise.resolve(), saveBest: () => Promise.resolve() };

onEveryEngine("early stopping ends training and keeps the best epoch alone", async () => {
  const values: number[] = [];
  const config = toyConfig({ epochs: 40, patience: 2, "optimizer.learningRate": 1 });
  const observer: TrainObserver = { onEpoch: ({ value }) => void values.push(value) };
  const { training, best, dispose } = toyTraining({ config, observers: [observer] });
  const { state, finished } = await train(training, startState);
  dispose();
  assert.equal(finished, true);
  assert.ok(state.epoch < 40);
  const bestEpoch = values.indexOf(Math.max(...values));
  assert.equal(state.stopping.bestEpoch, bestEpoch);
  assert.equal(state.epoch, bestEpoch + 3);
  assert.equal(best.at(-1)!.epoch, bestEpoch);
});

onEveryEngine("numbers that are not finite end training, and no checkpoint follows", async () => {
  const cases: [number, number, RegExp, number[]][] = [
    [10, NaN, /training step 11 .epoch 2, batch 3 of 8/, [8]],
    [10, Infinity, /training step 11 .epoch 2, batch 3 of 8/, [8]],
    [8, NaN, /scoring the dev split after step 8 .epoch 1/, []],
  ];
  for (const [at, poison, message, kept] of cases) {
    const { training, last, best, dispose } = toyTraining();
    const weight = training.model.weights.get("toy.icd");
    const observer: TrainObserver = {
      onStep: ({ step }) => {
        if (step === at) assignValues(weight, new Float32Array(weight.variable.size).fill(poison));
      },
    };
    await assert.rejects(
      train({ ...training, observers: [observer] }, startState),
      (error) => error instanceof NumericError && message.test(error.message),
    );
    dispose();
    assert.deepEqual(last.map(({ state }) => state.step), kept);
    assert.equal(best.length, kept.length);
    const saved = last.flatMap(({ tensors }) => [...tensors.values()]);
    assert.ok(saved.every(({ data }) => (data as Float32Array).every(Number.isFinite)));
  }
});

onEveryEngine("checkpoints come within an epoch when their time has come", async () => {
  const { training, last, dispose } = toyTraining({ checkpointSeconds: 0 });
  await train({ ...training, config: toyConfig({ epochs: 1 }) }, startState);
  dispose();
  assert.deepEqual(last.map(({ state }) => state.position), [1, 2, 3, 4, 5, 6, 7, 8, 0]);
});
