import assert from "node:assert/strict";
import type { TensorData } from "../../../pipeline/files/safetensors.ts";
import { TASKS } from "../../../pipeline/schema.ts";
import type { Engine, EngineName } from "../../../model/engine/engine.ts";
import { tf } from "../../../model/engine/tf.ts";
import { monitorValue } from "../../../model/metrics/monitor.ts";
import type { Model } from "../../../model/model.ts";
import type { Assignments } from "../../../model/system.ts";
import type { Documents } from "../../../pipeline/dataset/documents.ts";
import { scoreDocuments, type Scores, splitTruth } from "../../../model/scoring.ts";
import type { EpochEvent, StepEvent, TrainObserver } from "../../../model/train/observer.ts";
import { createOptimizer, rateFactor } from "../../../model/train/optimizer.ts";
import { startState, type TrainState } from "../../../model/train/train_state.ts";
import {
  type CheckpointStore,
  type Outcome,
  train,
  type Training,
} from "../../../model/train/trainer.ts";
import { assignValues } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { createToy, toyConfig, toyDocuments, toyLabels, weightValues } from "../../_support/toy.ts";

/** What a checkpoint holds, on the host. */
interface Saved {
  readonly state: TrainState;
  readonly tensors: ReadonlyMap<string, TensorData>;
}

/** A checkpoint of the best epoch, and the dev scores that showed it. */
interface Best {
  readonly state: TrainState;
  readonly scores: Scores;
}

type ToyOverrides = Partial<Training> & { readonly initialSeed?: number };

/** A training on the toy task, of 8 steps an epoch, that keeps its checkpoints in memory. */
function toyTraining(overrides: ToyOverrides = {}) {
  const config = overrides.config ?? toyConfig();
  const model = createToy(overrides.initialSeed ?? 1);
  const optimizer = createOptimizer(model.weights, config.optimizer);
  const last: Saved[] = [];
  const best: Best[] = [];
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
      saveBest: (state, scores) => Promise.resolve(void best.push({ state, scores })),
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

/** How a run ended, and every weight's bits. */
type Ended = readonly [Outcome, Record<string, number[]>];

/** Trains until it ends, and frees what it took. */
async function trainThrough(
  { training, dispose }: ReturnType<typeof toyTraining>,
  start = startState,
): Promise<Ended> {
  const outcome = await train(training, start);
  const weights = weightValues(training.model);
  dispose();
  return [outcome, weights];
}

const whole = new Map<EngineName, Promise<Ended>>();

/** A run that nothing stops, once for each engine. */
function wholeRun({ name }: Engine): Promise<Ended> {
  const run = whole.get(name) ?? trainThrough(toyTraining());
  whole.set(name, run);
  return run;
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
function resume(saved: Saved, resumed = toyTraining({ initialSeed: 99 })): Promise<Ended> {
  for (const weight of resumed.training.model.weights.all()) {
    assignValues(weight, saved.tensors.get(weight.name)!.data as Float32Array);
  }
  resumed.training.optimizer.restore(saved.tensors, "memory");
  return trainThrough(resumed, JSON.parse(JSON.stringify(saved.state)));
}

/** Hears all that a run tells. */
function listener() {
  const steps: StepEvent[] = [];
  const epochs: EpochEvent[] = [];
  const observer: TrainObserver = {
    onStep: (event) => void steps.push(event),
    onEpoch: (event) => void epochs.push(event),
  };
  return { steps, epochs, observer };
}

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

for (const at of [1, 5, 8, 9, 16, 23, 24]) {
  onEveryEngine(`interrupted after step ${at}, a run is kept as it stands`, async () => {
    const stopped = toyTraining(interrupter(({ step }) => step === at));
    const [{ state, finished }] = await trainThrough(stopped);
    assert.deepEqual([finished, state.step], [false, at]);
    assert.deepEqual(stopped.last.at(-1)!.state, state);
  });

  onEveryEngine(`resumed after step ${at}, a run ends in the same bits`, async (engine) => {
    const stopped = toyTraining(interrupter(({ step }) => step === at));
    await trainThrough(stopped);
    assert.deepEqual(await resume(stopped.last.at(-1)!), await wholeRun(engine));
  });
}

onEveryEngine("an interrupt while the dev split is scored keeps the epoch's steps", async () => {
  const controller = new AbortController();
  const observer: TrainObserver = { onScored: () => controller.abort("SIGINT") };
  const stopped = toyTraining({ interrupt: controller.signal, observers: [observer] });
  const [{ state, finished }] = await trainThrough(stopped);
  assert.deepEqual([finished, state.step, state.epoch, state.position], [false, 8, 0, 8]);
  assert.deepEqual(stopped.best, []);
});

onEveryEngine(
  "resumed where the dev split was being scored, it ends in the same bits",
  async (engine) => {
    const controller = new AbortController();
    const observer: TrainObserver = { onScored: () => controller.abort("SIGINT") };
    const stopped = toyTraining({ interrupt: controller.signal, observers: [observer] });
    await trainThrough(stopped);
    assert.deepEqual(await resume(stopped.last[0]!), await wholeRun(engine));
  },
);

onEveryEngine("a timer is served between steps, so that a signal is heard", async () => {
  const controller = new AbortController();
  const stopped = toyTraining({ interrupt: controller.signal });
  setTimeout(() => controller.abort("SIGTERM"), 0);
  const [{ state }] = await trainThrough(stopped);
  assert.ok(state.step < 8, `stopped after step ${state.step}`); // in the first epoch
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

onEveryEngine("no two epochs have the same batches", async () => {
  const { steps, observer } = listener();
  await trainThrough(toyTraining({ config: toyConfig({ epochs: 2 }), observers: [observer] }));
  const tokens = steps.map(({ tokens }) => tokens);
  assert.notDeepEqual(tokens.slice(8), tokens.slice(0, 8));
});

onEveryEngine("a step's learning rate follows the schedule over all epochs", async () => {
  const { steps, observer } = listener();
  const config = toyConfig({ "optimizer.warmup": 0.25, "optimizer.linearDecay": true });
  await trainThrough(toyTraining({ config, observers: [observer] }));
  assert.deepEqual(
    steps.map(({ learningRate }) => learningRate),
    Array.from({ length: 24 }, (_, step) => 0.05 * rateFactor(step, 24, config.optimizer)),
  );
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

onEveryEngine("the tensor count is flat over steps", async () => {
  const counts: number[] = [];
  const observer: TrainObserver = { onStep: () => void counts.push(tf.memory().numTensors) };
  const config = toyConfig({ microTokens: 20 });
  const { training, dispose } = toyTraining({ config, observers: [observer] });
  await train({ ...training, checkpoints: noCheckpoints }, startState);
  dispose();
  assert.equal(counts.length, 24);
  assert.equal(new Set(counts).size, 1, `${counts}`);
});

onEveryEngine("a step waits for the device once", async () => {
  const waits: number[] = [];
  const device = countReads();
  const observer: TrainObserver = {
    onStep: () => void waits.push(device.take()),
    onScored: () => void device.take(),
  };
  const config = toyConfig({ microTokens: 20 });
  const { training, dispose } = toyTraining({ config, observers: [observer] });
  try {
    await train({ ...training, checkpoints: noCheckpoints }, startState);
  } finally {
    device.restore();
    dispose();
  }
  assert.deepEqual(waits, Array(24).fill(1));
});

/** Counts how often tensors are read back from the engine. */
function countReads() {
  const backend = tf.backend() as unknown as Record<"read" | "readSync", (id: object) => unknown>;
  const { read, readSync } = backend;
  let reads = 0;
  let depth = 0; // one calls the other
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

/** Keeps nothing: to read weights is to wait for the device. */
const noCheckpoints: CheckpointStore = {
  saveLast: () => Promise.resolve(),
  saveBest: () => Promise.resolve(),
};

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

onEveryEngine("checkpoints come within an epoch when their time has come", async () => {
  const through = toyTraining({ checkpointSeconds: 0, config: toyConfig({ epochs: 1 }) });
  await trainThrough(through);
  assert.deepEqual(through.last.map(({ state }) => state.position), [1, 2, 3, 4, 5, 6, 7, 8, 0]);
});
