/**
 * The compared systems as their authors trained them: default options, training settings, and what
 * differs between the full label set and the top 50.
 *
 * @module
 */
import type { Assignments } from "./config.ts";
import type { SystemConfig } from "./systems.ts";

/** One system: its options, and what its training changes in all presets and in single ones. */
export interface System {
  /** Default options. */
  readonly options: SystemConfig;
  /** Its authors' training settings. */
  readonly training?: Assignments;
  /** The same for one preset alone. */
  readonly presets?: { readonly [preset: string]: Assignments };
}

const noBlocks = { mtl: false, ram: false, dropout: 0.2 };
const frozenWords = { embeddingDropout: 0.2, trainEmbedding: false, unitEmbedding: false };
/** caml-mimic divides each word vector by its length and trains it. */
const camlWords = { embeddingDropout: 0.2, trainEmbedding: true, unitEmbedding: true };
/** Shared by all systems that grew out of caml-mimic. */
const camlTraining: Assignments = {
  "loss.name": "bce",
  "optimizer.clipNorm": 0,
  batchSize: 16,
  maxTokens: 2500,
};
const laatTraining: Assignments = {
  "loss.name": "bce",
  "optimizer.learningRate": 1e-3,
  "optimizer.epsilon": 1e-6,
  "optimizer.clipNorm": 0,
  batchSize: 8,
  maxTokens: 4000,
  epochs: 50,
  patience: 6, // the release stops at the sixth epoch without a gain
  monitor: "micro_f1",
};
const micro50: Assignments = { monitor: "micro_f1", patience: 3 };
const multiFilter = { kernels: "3,5,9,15,19,25", filters: 50, featureDropout: 0.2 };

/** The systems by name. */
export const systems: { readonly [Name in SystemConfig["name"]]: System } = {
  "marn": {
    options: {
      name: "marn",
      hidden: 300,
      ...frozenWords,
      ...{ mtl: true, ram: true, dropout: 0.2 },
    },
  },
  "mt-ram": {
    options: {
      name: "mt-ram",
      hidden: 300,
      ...frozenWords,
      unitEmbedding: true,
      ...{ mtl: true, ram: true, dropout: 0.2 },
    },
    training: {
      "loss.name": "bce",
      "optimizer.learningRate": 8e-3,
      batchSize: 16,
      maxTokens: 2500,
      epochs: 50,
      monitor: "macro_f1",
    },
    presets: { "mimic3-full": { batchSize: 32, epochs: 100 } },
  },
  "cnn": {
    options: { name: "cnn", filters: 500, kernel: 4, ...camlWords },
    training: { ...camlTraining, "optimizer.learningRate": 3e-3, epochs: 100 },
    presets: { "mimic3-50": micro50 },
  },
  "bigru": {
    options: { name: "bigru", hidden: 256, ...camlWords, embeddingDropout: 0 },
    training: { ...camlTraining, "optimizer.learningRate": 3e-3, epochs: 100 },
    presets: { "mimic3-50": { ...micro50, epochs: 200 } },
  },
  "caml": {
    options: { name: "caml", filters: 50, kernel: 10, ...camlWords, ...noBlocks },
    training: { ...camlTraining, "optimizer.learningRate": 1e-4, epochs: 200 },
  },
  "dr-caml": {
    options: { name: "dr-caml", filters: 50, kernel: 10, descriptionWeight: 10, ...camlWords },
    training: { ...camlTraining, "optimizer.learningRate": 1e-4, epochs: 200 },
    presets: { "mimic3-full": { "model.descriptionWeight": 0.01 } },
  },
  "multi-res-cnn": {
    options: { name: "multi-res-cnn", ...multiFilter, ...camlWords, ...noBlocks },
    training: { ...camlTraining, "optimizer.learningRate": 1e-4, epochs: 500 },
  },
  "laat": {
    options: {
      name: "laat",
      hidden: 256,
      attention: 256,
      ...frozenWords,
      embeddingDropout: 0.3,
    },
    training: laatTraining,
    presets: { "mimic3-full": { "model.hidden": 512, "model.attention": 512 } },
  },
  "joint-laat": {
    options: {
      name: "joint-laat",
      hidden: 256,
      attention: 256,
      projection: 128,
      ...frozenWords,
      embeddingDropout: 0.3,
    },
    training: laatTraining,
    presets: { "mimic3-full": { "model.hidden": 512, "model.attention": 512 } },
  },
  "fusion": {
    options: { name: "fusion", ...multiFilter, heads: 4, feedForward: 1024, ...camlWords },
    training: { ...camlTraining, "optimizer.learningRate": 1e-4, epochs: 200 },
    presets: { "mimic3-full": { epochs: 30 } },
  },
  "mdbert": {
    options: {
      name: "mdbert",
      checkpoint: "",
      sentencePieces: 32,
      sentences: 128,
      documentLayers: 2,
      hidden: 128,
      layers: 2,
      heads: 4,
      intermediate: 512,
      dropout: 0.1,
    },
    training: {
      "loss.name": "bce",
      "optimizer.learningRate": 2e-5,
      "optimizer.weightDecay": 0.01,
      "optimizer.warmup": 0.1,
      "optimizer.linearDecay": true,
      batchSize: 8,
      epochs: 30,
      patience: 3,
    },
  },
};

/** The base encoders that the paper's blocks are put over (its Figure 8), and the system each is. */
export const bases: { readonly [base: string]: SystemConfig["name"] } = {
  "bigru": "marn", // the BiGRU with label attention: MARN without its blocks
  "caml": "caml",
  "multi-res-cnn": "multi-res-cnn",
};
