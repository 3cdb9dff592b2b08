/**
 * The training loop: seeded batches, gradients, Adam, early stopping, checkpoints. Whatever it draws
 * derives from (seed, epoch) or (seed, step), so a run that was stopped anywhere and resumed ends in
 * the same bits as one that never stopped.
 *
 * @module
 */
import { readBatches } from "../../pipeline/dataset/batches.ts";
import type { Batch, Documents } from "../../pipeline/dataset/documents.ts";
import { NumericError } from "../../pipeline/errors.ts";
import { deriveSeed } from "../../pipeline/random.ts";
import { perTask } from "../../pipeline/schema.ts";
import type { TrainConfig } from "../config/config.ts";
import { isExhausted, observe } from "./early_stopping.ts";
import { createGradientExchange, type GradientExchange } from "./gradient_exchange.ts";
import { alone, anyRank, type Communicator, gatherNumbers } from "../parallel/communicator.ts";
import { planEpoch, type PlannedBatch } from "./plan.ts";
import { scoreDev } from "./score_dev.ts";
import { shareWeights } from "./share.ts";
import { type Learner, trainStep } from "./step.ts";
import { monitorValue } from "../metrics/monitor.ts";
import type { EpochEvent, StepEvent, TrainObserver } from "./observer.ts";
import { rateFactor } from "./optimizer.ts";
import { type Scores, splitTruth } from "../scoring.ts";
import { afterEpoch, afterStep, type TrainState } from "./train_state.ts";
import { yieldToEvents } from "../../pipeline/progress.ts";

/** Where a run's checkpoints go. */
export interface CheckpointStore {
  /** Keeps everything that is needed to go on from `state`. */
  saveLast(state: TrainState): Promise<void>;
  /**
   * Keeps the weights, which scored best so far, with the dev scores that showed it. Until an epoch's
   * score is defined, the latest weights stand in for the best.
   */
  saveBest(state: TrainState, scores: Scores): Promise<void>;
}

/** What a run trains, on what, and who watches. */
export interface Training extends Learner {
  readonly config: TrainConfig;
  readonly train: Documents;
  /** Early stopping watches its scores. */
  readonly dev: Documents;
  readonly checkpoints: CheckpointStore;
  /** Seconds between checkpoints within an epoch. */
  readonly checkpointSeconds: number;
  readonly observers: readonly TrainObserver[];
  /** Ends training after the step in progress. */
  readonly interrupt: AbortSignal;
  /** The processes that train together; this one alone by default. */
  readonly parallel?: Parallel | undefined;
}

/** The processes that train one model together, and what they share in it. */
export interface Parallel {
  readonly ranks: Communicator;
  /** Whether batch norm takes the statistics of all ranks; otherwise each takes its own part's. */
  readonly syncBatchNorm: boolean;
}

/** How training ended. */
export interface Outcome {
  readonly state: TrainState;
  /** Whether it is complete; otherwise it was interrupted and can be resumed. */
  readonly finished: boolean;
}

/** Whether a run has come to its end: all epochs done, or no better one for `patience` epochs. */
export function isFinished(state: TrainState, config: TrainConfig): boolean {
  return state.epoch >= config.epochs || isExhausted(state.stopping, config.patience);
}

/**
 * Trains from `state` to the end, or until interrupted; the last checkpoint then holds where it
 * stands. Throws {@linkcode NumericError} when a loss or gradient is not finite.
 */
export async function train(training: Training, start: TrainState): Promise<Outcome> {
  const { config, checkpoints, parallel, model } = training;
  const exchange = parallel && createGradientExchange(parallel.ranks, model.weights.trainable());
  let state = start;
  while (!isFinished(state, config)) {
    state = await trainEpoch(training, state, exchange);
    const closed = await isStopped(training) ? undefined : await closeEpoch(training, state);
    if (!closed) {
      await checkpoints.saveLast(state);
      return { state, finished: false };
    }
    state = closed;
    await checkpoints.saveLast(state);
  }
  return { state, finished: true };
}

/** Whether some rank was interrupted: then all stop here. */
function isStopped({ parallel, interrupt }: Training): Promise<boolean> {
  return anyRank(parallel?.ranks ?? alone, interrupt.aborted);
}

/** Trains on what is left of the epoch, or until interrupted. */
async function trainEpoch(
  training: Training,
  start: TrainState,
  exchange: GradientExchange | undefined,
): Promise<TrainState> {
  const { model, config, train, checkpoints, checkpointSeconds, parallel } = training;
  const plan = planEpoch(model, train, config, start.epoch, parallel?.ranks);
  const rest = plan.slice(start.position);
  const parts = readBatches(train, rest.flatMap(({ passes }) => passes), config.maxTokens);
  let state = start;
  let savedAt = performance.now();
  for (const planned of rest) {
    if (await isStopped(training)) break;
    const batch: Batch[] = [];
    while (batch.length < planned.passes.length) batch.push((await parts.next()).value);
    state = await trainBatch(training, state, {
      ...planned,
      epochSteps: plan.length,
      parts: batch,
      exchange,
    });
    await yieldToEvents();
    if (performance.now() - savedAt >= checkpointSeconds * 1000) {
      await checkpoints.saveLast(state);
      savedAt = performance.now();
    }
  }
  return state;
}

/** A planned batch whose documents have been read. */
interface BatchAtHand extends Omit<PlannedBatch, "passes"> {
  /** Steps that the whole epoch has. */
  readonly epochSteps: number;
  /** The documents of each of this rank's passes. */
  readonly parts: readonly Batch[];
  readonly exchange: GradientExchange | undefined;
}

/** One step, and what the observers are told of it. Throws {@linkcode NumericError}. */
async function trainBatch(
  training: Training,
  state: TrainState,
  batch: BatchAtHand,
): Promise<TrainState> {
  const { config, parallel } = training;
  const { epochSteps, parts, documents, tokens, exchange } = batch;
  const startedAt = performance.now();
  const waitedBefore = exchange?.waited ?? 0;
  const factor = rateFactor(state.step, epochSteps * config.epochs, config.optimizer);
  const learningRate = config.optimizer.learningRate * factor;
  const seed = deriveSeed(config.seed, "step", state.step);
  const gather = parallel?.syncBatchNorm ? gatherNumbers(parallel.ranks) : undefined;
  const division = exchange && { ...batch, exchange, gather };
  const { loss, gradientNorm } = await trainStep(training, parts, { seed, learningRate, division });
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
    throw new NumericError(
      `training step ${state.step + 1} (epoch ${state.epoch + 1}, batch ${state.position + 1} of ` +
        `${epochSteps}): loss ${loss}, gradient norm ${gradientNorm}, expected finite numbers; ` +
        `train anew with a lower optimizer.learningRate`,
    );
  }
  const next = afterStep(state, { loss, documents, tokens });
  const event: StepEvent = {
    step: next.step,
    epoch: next.epoch,
    position: next.position,
    epochSteps,
    loss,
    gradientNorm,
    learningRate,
    documents,
    tokens,
    seconds: (performance.now() - startedAt) / 1000,
    waited: exchange && exchange.waited - waitedBefore,
  };
  for (const observer of training.observers) observer.onStep?.(event);
  return next;
}

/** Scores the dev split and moves on to the next epoch; undefined when interrupted. */
async function closeEpoch(training: Training, state: TrainState): Promise<TrainState | undefined> {
  const { config, dev, checkpoints, observers, parallel, model } = training;
  const ranks = parallel?.ranks ?? alone;
  await shareWeights(ranks, model.weights);
  const onScored = (done: number, total: number) => {
    for (const observer of observers) observer.onScored?.(done, total);
  };
  const scores = await scoreDev({ ...training, ranks, onScored });
  if (!scores) return undefined;
  requireFiniteScores(scores, state);
  const truth = perTask((task) => splitTruth(dev, task));
  const value = monitorValue(config.monitor, scores[config.target]!, truth[config.target]);
  const stopping = observe(state.stopping, value, state.epoch);
  const improved = stopping.bestEpoch === state.epoch;
  if (improved || stopping.best === null) {
    await checkpoints.saveBest({ ...state, stopping }, scores);
  }
  const { documents, tokens, loss } = state.totals;
  const event: EpochEvent = {
    step: state.step,
    epoch: state.epoch,
    trainLoss: loss / documents,
    documents,
    tokens,
    monitor: config.monitor,
    value,
    improved,
    stale: stopping.stale,
  };
  for (const observer of observers) {
    observer.onEpoch?.(event);
    observer.onScores?.({ step: state.step, scores, truth });
  }
  return afterEpoch(state, stopping);
}

function requireFiniteScores(scores: Scores, { step, epoch }: TrainState): void {
  if (Object.values(scores).every((matrix) => matrix.scores.every(Number.isFinite))) return;
  throw new NumericError(
    `scoring the dev split after step ${step} (epoch ${epoch + 1}): a probability is not finite, ` +
      "expected numbers from 0 to 1; train anew with a lower optimizer.learningRate",
  );
}
