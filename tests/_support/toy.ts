/**
 * A model and documents small enough to train in a test, with everything that a checkpoint must keep:
 * a frozen table, a statistic that training moves, and dropout.
 *
 * @module
 */
import type { Documents } from "../../pipeline/dataset/documents.ts";
import { createRandom } from "../../pipeline/random.ts";
import type { TrainConfig } from "../../model/config/config.ts";
import type { Assignments } from "../../model/system.ts";
import { assign } from "../../model/config/assign.ts";
import { type Tensor, tf } from "../../model/engine/tf.ts";
import { type Task, TASKS } from "../../pipeline/schema.ts";
import { ones, xavierUniform, zeros } from "../../model/layers/initializers.ts";
import { dropout, dropoutSeeds } from "../../model/layers/dropout.ts";
import { createLoss } from "../../model/loss.ts";
import type { Model, TokenBatch } from "../../model/model.ts";
import type { Mode } from "../../model/layers/positions.ts";
import { base } from "../../model/config/presets.ts";
import { Weights } from "../../model/layers/weights.ts";
import { drawDocuments } from "./drawn_documents.ts";

/** Label counts of the toy task. */
export const toyLabels = { icd: 6, ccs: 3 };

/** Tokens of its vocabulary. */
const vocabulary = 20;

/** Features of a document. */
const width = 16;

const bce = createLoss({ name: "bce", alpha: 1, gamma: 0 });

/** A configuration that trains it in moments. */
export function toyConfig(changes: Assignments = {}): TrainConfig {
  return assign(base, {
    "optimizer.learningRate": 0.05,
    batchSize: 4,
    maxTokens: 12,
    microTokens: 1000,
    epochs: 3,
    ...changes,
  });
}

/** The mean of a document's word vectors, scaled by a running statistic, dropped out, to logits. */
export function createToy(seed: number): Model {
  const weights = new Weights(seed);
  const scope = weights.scope("toy");
  const table = scope.buffer("table", [vocabulary, width], xavierUniform);
  const scale = scope.buffer("scale", [width], ones);
  const icd = scope.parameter("icd", [width, toyLabels.icd], xavierUniform);
  const bias = scope.parameter("bias", [toyLabels.icd], zeros);
  const ccs = scope.parameter("ccs", [width, toyLabels.ccs], xavierUniform);
  const features = (batch: TokenBatch, mode: Mode) => {
    // Not tf.gather: it reads the indices back to check them, and a test counts what is read.
    const words = tf.mul(tf.oneHot(batch.tokens, vocabulary), tf.expandDims(batch.mask, 2));
    const mean = tf.div(
      tf.matMul(tf.sum(words, 1), table),
      tf.reshape(tf.cast(batch.lengths, "float32"), [-1, 1]),
    );
    const scaled = tf.mul(mean, scale); // [B, D]
    if (!mode.training) return scaled;
    const next = tf.add(tf.mul(scale, 0.9), tf.mul(tf.mean(tf.abs(mean), 0), 0.1));
    scale.assign(next);
    return dropout(scaled, 0.2, dropoutSeeds(mode, "dropout toy"));
  };
  const logits = (batch: TokenBatch, mode: Mode): Record<Task, Tensor> => {
    const x = features(batch, mode);
    return { icd: tf.add(tf.matMul(x, icd), bias), ccs: tf.matMul(x, ccs) };
  };
  return {
    tasks: TASKS,
    weights,
    logits: (batch, mode) => tf.tidy(() => logits(batch, mode)),
    loss: (batch, targets, mode) =>
      tf.tidy(() => {
        const outputs = logits(batch, mode);
        return tf.addN(TASKS.map((task) => bce(outputs[task], targets[task]!)));
      }),
  };
}

/** Documents of 1 to 15 tokens. */
export function toyDocuments(count: number, seed: number): Documents {
  const random = createRandom(seed, "toy documents");
  return drawDocuments(count, random, { shortest: 1, longest: 15, vocabulary, labels: toyLabels });
}

/** All weights' values by name. */
export function weightValues(model: Model): Record<string, number[]> {
  return Object.fromEntries(
    model.weights.all().map(({ name, variable }) => [name, [...variable.dataSync()]]),
  );
}
