/**
 * The training loop: seeded batches, gradients, Adam, early stopping, checkpoints. Whatever it draws
 * derives from (seed, epoch) or (seed, step), so a run that was stopped anywhere and resumed ends in
 * the same bits as one that never stopped.
 *
 * @module
 */
import { planPasses, readBatches } from "../../pipeline/dataset/batches.ts";
import type { Batch, Documents } from "../../pipeline/dataset/documents.ts";
import { NumericError } from "../../pipeline/errors.ts";
import { deriveSeed } from "../../pipeline/random.ts";
import type { TrainConfig } from "../config/config.ts";
import { isExhausted, observe } from "./early_stopping.ts";
import { tf } from "../engine/tf.ts";
import { batchGradients } from "./step.ts";
import { monitorValue } from "../metrics/monitor.ts";
import type { Model } from "../model.ts";
import type { PerTask } from "../../pipeline/schema.ts";
import type { TrainObserver } from "./observer.ts";
import type { Optimizer } from "./optimizer.ts";
import { rateFactor } from "./schedule.ts";
import { scoreDocuments, type Scores, splitTruth } from "../scoring.ts";
import { afterEpoch, afterStep, type TrainState } from "./train_state.ts";
import { yieldToEvents } from "../../pipeline/progress.ts";

/** Where a run's checkpoints go. */
export interface CheckpointStore {
  /** Keeps everything that is needed to go on from `state`. */
  saveLast(state: TrainState): Promise<void>;
  /** Keeps the weights, which scored best so far, with the dev scores that showed it. */
  saveBest(state: TrainState, scores: Scores): Promise<void>;
}

/** What a run trains, on what, and who watches. */
export interface Session {
  /** Its weights are trained in place. */
  readonly model: Model;
  /** Updates the weights. */
  readonly optimizer: Optimizer;
  /** How. */
  readonly config: TrainConfig;
  /** Training split. */
  readonly train: Documents;
  /** Development split, for early stopping. */
  readonly dev: Documents;
  /** Number of labels of each task. */
  readonly labels: PerTask<number>;
  /** Keeps checkpoints. */
  readonly checkpoints: CheckpointStore;
  /** Seconds between checkpoints within an epoch. */
  readonly checkpointSeconds: number;
  /** Told what happens. */
  readonly observers: readonly TrainObserver[];
  /** Ends training after the step in progress. */
  readonly interrupt: AbortSignal;
}

/** How training ended. */
export interface Outcome {
  /** Where it stands. */
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
 * stands. Throws {@linkcode NumericError} when a loss or gradient is not finite: the last good
 * checkpoint stands.
 */
export async function train(session: Session, start: TrainState): Promise<Outcome> {
  const { config, checkpoints, interrupt } = session;
  let state = start;
  while (!isFinished(state, config)) {
    state = await trainEpoch(session, state);
    const closed = interrupt.aborted ? undefined : await closeEpoch(session, state);
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
async function trainEpoch(session: Session, start: TrainState): Promise<TrainState> {
  const { config, train, checkpoints, checkpointSeconds, interrupt } = session;
  const plan = planPasses(train.lengths, config, start.epoch);
  const rest = plan.slice(start.position);
  const parts = readBatches(train, rest.flat(), config.maxTokens);
  let state = start, savedAt = performance.now();
  for (const { length } of rest) {
    if (interrupt.aborted) break;
    const batch: Batch[] = [];
    while (batch.length < length) batch.push((await parts.next()).value);
    state = await trainBatch(session, state, plan.length, batch);
    await yieldToEvents();
    if (performance.now() - savedAt >= checkpointSeconds * 1000) {
      await checkpoints.saveLast(state);
      savedAt = performance.now();
    }
  }
  return state;
}

/** One optimiser step. Its only wait for the device is for the loss and the gradient's norm. */
async function trainBatch(
  session: Session,
  state: TrainState,
  epochSteps: number,
  parts: readonly Batch[],
): Promise<TrainState> {
  const { model, optimizer, config, labels } = session;
  const startedAt = performance.now();
  const mode = { training: true, seed: deriveSeed(config.seed, "step", state.step) };
  const gradients = batchGradients(model, parts, labels, mode);
  const { optimizer: rates } = config;
  const learningRate = rates.learningRate *
    rateFactor(state.step, epochSteps * config.epochs, rates);
  const norm = optimizer.update(gradients.byName, learningRate);
  const watched = tf.tidy(() => tf.stack([gradients.loss, norm]));
  tf.dispose([gradients.loss, ...gradients.byName.values(), norm]);
  const [loss, gradientNorm] = await watched.data() as unknown as [number, number];
  watched.dispose();
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
    throw new NumericError(
      `training step ${state.step + 1} (epoch ${state.epoch + 1}, batch ${state.position + 1} of ` +
        `${epochSteps}): loss ${loss}, gradient norm ${gradientNorm}, expected finite numbers; ` +
        `the last checkpoint stands; train anew with a lower optimizer.learningRate`,
    );
  }
  const documents = parts.reduce((sum, part) => sum + part.rows.length, 0);
  const tokens = parts.reduce((sum, { lengths }) => lengths.reduce((a, b) => a + b, sum), 0);
  const next = afterStep(state, { loss, documents, tokens });
  const { step, epoch, position } = next;
  const seconds = (performance.now() - startedAt) / 1000;
  const done = { step, epoch, position, epochSteps, documents, tokens, seconds };
  for (const observer of session.observers) {
    observer.onStep?.({ ...done, loss, gradientNorm, learningRate });
  }
  return next;
}

/** Scores the dev split and moves on to the next epoch; undefined when interrupted. */
async function closeEpoch(session: Session, state: TrainState): Promise<TrainState | undefined> {
  const { model, config, dev, checkpoints, interrupt } = session;
  const { target, monitor } = config, { step, epoch } = state;
  const onScored = (done: number, total: number) => {
    for (const observer of session.observers) observer.onScored?.(done, total);
  };
  const scores = await scoreDocuments(model, dev, config, { onScored, interrupt })
    .catch((error) => {
      if (!interrupt.aborted) throw error;
    });
  if (!scores) return undefined;
  if (Object.values(scores).some((matrix) => !matrix.scores.every(Number.isFinite))) {
    throw new NumericError(
      `scoring the dev split after step ${step} (epoch ${
        epoch + 1
      }): a probability is not finite, ` +
        `expected numbers from 0 to 1; ` +
        `the last checkpoint stands; train anew with a lower optimizer.learningRate`,
    );
  }
  const value = monitorValue(monitor, scores[target]!, splitTruth(dev, target));
  const stopping = observe(state.stopping, value, epoch);
  const improved = stopping.bestEpoch === epoch;
  if (improved) await checkpoints.saveBest({ ...state, stopping }, scores);
  const { documents, tokens, loss } = state.totals;
  const event = {
    ...{ step, epoch, trainLoss: loss / documents, documents, tokens },
    ...{ monitor, value, improved, stale: stopping.stale },
  };
  for (const observer of session.observers) observer.onEpoch?.(event);
  return afterEpoch(state, stopping);
}
