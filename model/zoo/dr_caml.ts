/**
 * DR-CAML (Mullenbach et al. 2018): CAML whose classifier rows are pulled towards vectors computed from
 * the codes' titles, λ/L·Σ‖w_l − v_l‖² over the gold labels l of a document, averaged over documents.
 *
 * Differs from the release, beyond CAML's own differences: every title stands with its own code (there,
 * titles in a set's order meet weights in index order), evaluation leaves the classifier alone (there,
 * rows of codes unseen in training are overwritten in place each time), and a title is max-pooled over
 * its own positions, not over padding.
 *
 * @module
 */
import type { SystemSettings } from "../config/config.ts";
import { type Scalar, type Tensor, tf } from "../engine/tf.ts";
import { fanInUniform, xavierUniform } from "../layers/initializers.ts";
import { createConv } from "../layers/conv.ts";
import { createEmbedding, gatherRows } from "../layers/embedding.ts";
import { createLabelAttention } from "../layers/label_attention.ts";
import { createLinear } from "../layers/linear.ts";
import { maxPool } from "../layers/max_pool.ts";
import { createPositions, derivePositions, type Mode } from "../layers/positions.ts";
import type { Model, ModelInputs, TokenBatch } from "../model.ts";
import type { DrCamlConfig } from "../config/systems.ts";
import { Weights } from "../layers/weights.ts";
import { createCamlEncoder } from "./caml.ts";
import { createSingleTask } from "./single_task.ts";
import { unitRows } from "./embed.ts";
import { UNKNOWN } from "../../pipeline/schema.ts";

/** DR-CAML as configured, with fresh weights. Throws when the inputs hold no titles. */
export function createDrCaml(settings: SystemSettings<DrCamlConfig>, inputs: ModelInputs): Model {
  const { model, target, loss } = settings;
  if (!inputs.titles) throw new Error("building dr-caml: the inputs hold no titles of the labels");
  const weights = new Weights(inputs.seed);
  const encoder = createCamlEncoder(weights, model, inputs);
  const labels = inputs.labels[target];
  const head = createLabelAttention(weights.scope(""), encoder.width, labels, {
    query: "U",
    score: "final",
  });
  const titleVectors = createTitleVectors(weights, model, inputs);
  const titles = inputs.titles[target];
  const encode = (batch: TokenBatch, mode: Mode) => encoder.encode(batch, mode);
  return createSingleTask({
    name: "dr-caml",
    weights,
    target,
    loss,
    logits: (batch, mode) => {
      const { values, positions } = encode(batch, mode);
      return head.logits(values, positions);
    },
    attention: (batch, chosen) => {
      const { values, positions } = encode(batch, { training: false, seed: 0 });
      const weights = head.attention(values, positions, chosen);
      return tf.slice(weights, [0, 0, 0], [-1, -1, batch.width]);
    },
    penalty: (targets) => {
      const gold = presentLabels(targets);
      if (gold.length === 0) return tf.scalar(0);
      const rows = tf.tensor1d(gold, "int32");
      const vectors = titleVectors(Array.from(gold, (label) => titles[label]!));
      const distances = tf.sum(tf.square(tf.sub(gatherRows(head.score, rows), vectors)), 1);
      const perDocument = tf.sum(tf.mul(tf.gather(targets, rows, 1), distances), 1);
      return tf.mul(tf.mean(perDocument), model.descriptionWeight / encoder.width) as Scalar;
    },
  });
}

/** The labels that some document of the batch has; the penalty needs no others. */
function presentLabels(targets: Tensor): Int32Array {
  return tf.tidy(() => {
    const present = tf.max(targets, 0).dataSync();
    return Int32Array.from(present.keys()).filter((label) => present[label]! > 0);
  });
}

/** Vectors [titles, D] of titles: their own word vectors, convolution, tanh, max, and a linear layer. */
function createTitleVectors(
  weights: Weights,
  { filters, kernel, unitEmbedding }: DrCamlConfig,
  { embeddings, vocabularySize }: ModelInputs,
): (titles: readonly Int32Array[]) => Tensor {
  const width = embeddings.length / vocabularySize;
  const embed = createEmbedding(weights.scope("desc_embedding"), {
    size: vocabularySize,
    values: unitEmbedding ? unitRows(embeddings, width) : embeddings,
    trained: true,
  });
  const padding = Math.floor(kernel / 2);
  const convolve = createConv(weights.scope("label_conv"), width, filters, {
    kernel,
    padding,
    bias: true,
    initializer: xavierUniform,
    biasInitializer: fanInUniform,
  });
  const project = createLinear(weights.scope("label_fc1"), filters, filters, {
    initializer: xavierUniform,
  });
  return (titles) => {
    const known = titles.map((title) => title.length > 0 ? title : Int32Array.of(UNKNOWN));
    const longest = Math.max(...known.map((title) => title.length));
    const tokens = new Int32Array(known.length * longest);
    known.forEach((title, row) => tokens.set(title, row * longest));
    const words = createPositions(Int32Array.from(known, (title) => title.length), longest);
    const windows = derivePositions(words, (length) => length + 2 * padding - kernel + 1);
    const x = embed(tf.tensor2d(tokens, [known.length, longest], "int32"));
    return project(maxPool(tf.tanh(convolve(x, words, windows)), windows.mask));
  };
}
