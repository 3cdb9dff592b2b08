/**
 * Trains the toy model in memory: stops it, goes on from what it kept, hears what it tells.
 *
 * @module
 */
import type { TensorData } from "../../pipeline/files/safetensors.ts";
import type { Scores } from "../../model/scoring.ts";
import type { EpochEvent, StepEvent, TrainObserver } from "../../model/train/observer.ts";
import { createOptimizer } from "../../model/train/optimizer.ts";
import { startState, type TrainState } from "../../model/train/train_state.ts";
import { type Outcome, train, type Training } from "../../model/train/trainer.ts";
import { assignValues } from "../../model/layers/weights.ts";
import { createToy, toyConfig, toyDocuments, toyLabels, weightValues } from "./toy.ts";

/** What a checkpoint holds, on the host. */
export interface Saved {
  readonly state: TrainState;
  readonly tensors: ReadonlyMap<string, TensorData>;
}

/** A checkpoint of the best epoch, and the dev scores that showed it. */
export interface Best {
  readonly state: TrainState;
  readonly scores: Scores;
}

/** What of a training differs, the seed of its first weights included. */
export type ToyOverrides = Partial<Training> & { readonly initialSeed?: number };

/** A training on the toy task, of 8 steps an epoch, that keeps its checkpoints in memory. */
export function toyTraining(overrides: ToyOverrides = {}) {
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
export type Ended = readonly [Outcome, Record<string, number[]>];

/** Trains until it ends, and frees what it took. */
export async function trainThrough(
  { training, dispose }: ReturnType<typeof toyTraining>,
  start = startState,
): Promise<Ended> {
  const outcome = await train(training, start);
  const weights = weightValues(training.model);
  dispose();
  return [outcome, weights];
}

/** Sends an interrupt when `matches` says so. */
export function interrupter(matches: (event: StepEvent) => boolean) {
  const controller = new AbortController();
  const observer: TrainObserver = {
    onStep: (event) => {
      if (matches(event)) controller.abort("SIGTERM");
    },
  };
  return { interrupt: controller.signal, observers: [observer] };
}

/** Goes on from a checkpoint with a model that started elsewhere. */
export function resume(saved: Saved, resumed = toyTraining({ initialSeed: 99 })): Promise<Ended> {
  for (const weight of resumed.training.model.weights.all()) {
    assignValues(weight, saved.tensors.get(weight.name)!.data as Float32Array);
  }
  resumed.training.optimizer.restore(saved.tensors, "memory");
  return trainThrough(resumed, JSON.parse(JSON.stringify(saved.state)));
}

/** Hears all that a run tells. */
export function listener() {
  const steps: StepEvent[] = [];
  const epochs: EpochEvent[] = [];
  const observer: TrainObserver = {
    onStep: (event) => void steps.push(event),
    onEpoch: (event) => void epochs.push(event),
  };
  return { steps, epochs, observer };
}
