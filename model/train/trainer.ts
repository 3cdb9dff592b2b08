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
import { type Learner, trainStep } from "./step.ts";
import { monitorValue } from "../metrics/monitor.ts";
import { planModelPasses } from "../passes.ts";
import type { EpochEvent, StepEvent, TrainObserver } from "./observer.ts";
import { rateFactor } from "./optimizer.ts";
import { scoreDocuments, type Scores, splitTruth } from "../scoring.ts";
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
  const { config, checkpoints, interrupt } = training;
  let state = start;
  while (!isFinished(state, config)) {
    state = await trainEpoch(training, state);
    const closed = interrupt.aborted ? undefined : await closeEpoch(training, state);
    if (!closed) {
      await checkpoints.saveLast(state);
      return { state, finished: false };
    }
    state = closed;
    await checkpoints.saveLast(state);
  }
  return { state, finished: true };
}

/** Trains on what is left of the epoch, or until interrupted. */
async function trainEpoch(training: Training, start: TrainState): Promise<TrainState> {
  const { config, train, checkpoints, checkpointSeconds, interrupt } = training;
  const plan = planModelPasses(training.model, train, config, start.epoch);
  const rest = plan.slice(start.position);
  const parts = readBatches(train, rest.flat(), config.maxTokens);
  let state = start;
  let savedAt = performance.now();
  for (const { length } of rest) {
    if (interrupt.aborted) break;
    const batch: Batch[] = [];
    while (batch.length < length) batch.push((await parts.next()).value);
    state = await trainBatch(training, state, plan.length, batch);
    await yieldToEvents();
    if (performance.now() - savedAt >= checkpointSeconds * 1000) {
      await checkpoints.saveLast(state);
      savedAt = performance.now();
    }
  }
  return state;
}

/** One step, and what the observers are told of it. Throws {@linkcode NumericError}. */
async function trainBatch(
  training: Training,
  state: TrainState,
  epochSteps: number,
  parts: readonly Batch[],
): Promise<TrainState> {
  const { config } = training;
  const startedAt = performance.now();
  const factor = rateFactor(state.step, epochSteps * config.epochs, config.optimizer);
  const learningRate = config.optimizer.learningRate * factor;
  const seed = deriveSeed(config.seed, "step", state.step);
  const { loss, gradientNorm } = await trainStep(training, parts, { seed, learningRate });
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
    throw new NumericError(
      `training step ${state.step + 1} (epoch ${state.epoch + 1}, batch ${state.position + 1} of ` +
        `${epochSteps}): loss ${loss}, gradient norm ${gradientNorm}, expected finite numbers; ` +
        `train anew with a lower optimizer.learningRate`,
    );
  }
  const documents = parts.reduce((sum, part) => sum + part.rows.length, 0);
  const tokens = parts.reduce((sum, { lengths }) => lengths.reduce((a, b) => a + b, sum), 0);
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
  };
  for (const observer of training.observers) observer.onStep?.(event);
  return next;
}

/** Scores the dev split and moves on to the next epoch; undefined when interrupted. */
async function closeEpoch(training: Training, state: TrainState): Promise<TrainState | undefined> {
  const { config, dev, checkpoints } = training;
  const scores = await scoreDev(training);
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
  for (const observer of training.observers) {
    observer.onEpoch?.(event);
    observer.onScores?.({ step: state.step, scores, truth });
  }
  return afterEpoch(state, stopping);
}

/** Scores of the dev split; undefined when interrupted. */
async function scoreDev(training: Training): Promise<Scores | undefined> {
  const { model, config, dev, interrupt, observers } = training;
  const onScored = (done: number, total: number) => {
    for (const observer of observers) observer.onScored?.(done, total);
  };
  try {
    return await scoreDocuments(model, dev, config, { onScored, interrupt });
  } catch (error) {
    if (interrupt.aborted) return undefined;
    throw error;
  }
}

function requireFiniteScores(scores: Scores, { step, epoch }: TrainState): void {
  if (Object.values(scores).every((matrix) => matrix.scores.every(Number.isFinite))) return;
  throw new NumericError(
    `scoring the dev split after step ${step} (epoch ${epoch + 1}): a probability is not finite, ` +
      "expected numbers from 0 to 1; train anew with a lower optimizer.learningRate",
  );
}
