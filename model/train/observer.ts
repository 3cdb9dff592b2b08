/**
 * What the trainer tells whoever listens: the log, TensorBoard, the progress bar.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import type { PerTask } from "../../pipeline/schema.ts";
import type { Scores } from "../scoring.ts";
import type { StepMemory } from "./memory.ts";

/** One optimiser step. */
export interface StepEvent {
  /** Steps done since the run began, this one included. */
  readonly step: number;
  /** Epoch, from 0. */
  readonly epoch: number;
  /** Steps done in this epoch, this one included. */
  readonly position: number;
  readonly epochSteps: number;
  readonly loss: number;
  /** Global norm of the gradient, before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** In the batch. */
  readonly documents: number;
  /** Of these documents, padding aside. */
  readonly tokens: number;
  readonly seconds: number;
  /** Of these, spent on waiting for other ranks' gradients; undefined where there are none. */
  readonly waited?: number | undefined;
}

/** One pass over the training split, and the evaluation after it. */
export interface EpochEvent {
  /** Steps done since the run began. */
  readonly step: number;
  /** Epoch, from 0. */
  readonly epoch: number;
  /** Mean training loss over the epoch's documents. */
  readonly trainLoss: number;
  readonly documents: number;
  readonly tokens: number;
  readonly monitor: string;
  /** Of the monitored metric, on the dev split; NaN where it is undefined. */
  readonly value: number;
  /** Whether it is the best so far. */
  readonly improved: boolean;
  /** Epochs since the best one whose value is defined and no better. */
  readonly stale: number;
}

/** The documents that are trained on, or scored after every epoch. */
export interface DocumentsEvent {
  readonly split: "train" | "dev";
  readonly documents: number;
  /** Of these documents, those with more than `maxTokens` tokens: the others are not read. */
  readonly cut: number;
  readonly maxTokens: number;
}

/** What the dev split's labels got after an epoch. */
export interface ScoresEvent {
  /** Steps done since the run began. */
  readonly step: number;
  /** Of the label sets that the model predicts. */
  readonly scores: Scores;
  /** The labels that the documents carry. */
  readonly truth: PerTask<LabelRows>;
}

/** How large the training is that begins. */
export interface ModelEvent {
  /** Trained parameters. */
  readonly parameters: number;
  /** Of an epoch over the whole training split. */
  readonly steps: number;
  /** What its largest step takes; undefined where that was not asked. */
  readonly memory: StepMemory | undefined;
}

/** Weights that a new run starts from. */
export interface FirstWeightsEvent {
  readonly file: string;
  /** How many of the model's weights it has. */
  readonly taken: number;
  /** Names of those that it lacks, which start as drawn. */
  readonly drawn: readonly string[];
  /** Lists of words and labels that the file's run had otherwise: its rows may mean something else. */
  readonly others: readonly string[];
}

/** A run that goes on in other processes than it was trained in, each in words. */
export interface OtherRanksEvent {
  readonly before: string;
  readonly now: string;
}

/** Listens to a training run. */
export interface TrainObserver {
  /** Before the first step, once the model is there. */
  onModel?(event: ModelEvent): void;
  /** Before the first step, for each split. */
  onDocuments?(event: DocumentsEvent): void;
  /** Before the first step, where weights come from a file. */
  onFirstWeights?(event: FirstWeightsEvent): void;
  /** Before the first step, where a run goes on with other ranks than its checkpoint is of. */
  onOtherRanks?(event: OtherRanksEvent): void;
  /** After every optimiser step. */
  onStep?(event: StepEvent): void;
  /** After every epoch's evaluation. */
  onEpoch?(event: EpochEvent): void;
  /** After `done` of `total` dev documents were scored. */
  onScored?(done: number, total: number): void;
  /** After every epoch's evaluation: all probabilities. They are not kept. */
  onScores?(event: ScoresEvent): void;
  /** When training ends, however it ends. */
  close?(): void;
}
