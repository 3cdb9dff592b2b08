/**
 * What the trainer tells whoever listens: the log, TensorBoard, the progress bar.
 *
 * @module
 */

/** One optimiser step. */
export interface StepEvent {
  /** Steps done since the run began, this one included. */
  readonly step: number;
  /** Epoch, from 0. */
  readonly epoch: number;
  /** Steps done in this epoch, this one included. */
  readonly position: number;
  /** Steps in this epoch. */
  readonly epochSteps: number;
  /** Training loss of the batch. */
  readonly loss: number;
  /** Global norm of the gradient, before clipping. */
  readonly gradientNorm: number;
  /** Step size. */
  readonly learningRate: number;
  /** Documents in the batch. */
  readonly documents: number;
  /** Their tokens, padding aside. */
  readonly tokens: number;
  /** Duration in seconds. */
  readonly seconds: number;
}

/** One pass over the training split, and the evaluation after it. */
export interface EpochEvent {
  /** Steps done since the run began. */
  readonly step: number;
  /** Epoch, from 0. */
  readonly epoch: number;
  /** Mean training loss over the epoch's documents. */
  readonly trainLoss: number;
  /** Documents trained on. */
  readonly documents: number;
  /** Tokens trained on. */
  readonly tokens: number;
  /** Name of the monitored metric. */
  readonly monitor: string;
  /** Its value on the dev split. */
  readonly value: number;
  /** Whether it is the best so far. */
  readonly improved: boolean;
  /** Epochs without a better one. */
  readonly stale: number;
}

/** Listens to a training run. */
export interface TrainObserver {
  /** After every optimiser step. */
  onStep?(event: StepEvent): void;
  /** After every epoch's evaluation. */
  onEpoch?(event: EpochEvent): void;
  /** After `done` of `total` dev documents were scored. */
  onScored?(done: number, total: number): void;
  /** When training ends, however it ends. */
  close?(): void;
}
