/**
 * DR-CAML (Mullenbach et al. 2018): CAML whose classifier rows are pulled towards vectors computed from
 * the codes' titles, λ/D·Σ‖w_l − v_l‖² over the gold labels l of a document, averaged over documents.
 *
 * Differs from the release as CAML does, and further:
 * - Titles: each stands with its own code; there, titles are in the order of a set, and weights in the
 *   order of labels. A code that the dictionaries lack is the unknown word; there, a further file has
 *   some of these.
 * - Masking: a title is max-pooled over its own positions, not over padding.
 * - Kept: evaluation leaves the classifier alone; there, it overwrites the rows of codes that training
 *   has not seen.
 *
 * @module
 */
import { type Scalar, type Tensor, tf } from "../engine/tf.ts";
import { xavierUniform } from "../layers/initializers.ts";
import { createConv } from "../layers/conv.ts";
import { createEmbedding, gatherRows } from "../layers/embedding.ts";
import { createLabelAttention } from "../layers/label_attention.ts";
import { createLinear } from "../layers/linear.ts";
import { maxPool } from "../layers/max_pool.ts";
import { createPositions, derivePositions, inference } from "../layers/positions.ts";
import type { ModelInputs } from "../inputs.ts";
import type { Model } from "../model.ts";
import { Weights } from "../layers/weights.ts";
import { encodeText, indexVocabulary } from "../../pipeline/text/vocabulary.ts";
import { UNKNOWN } from "../../pipeline/schema.ts";
import type { System, SystemSettings } from "../system.ts";
import { type CamlEncoderOptions, camlTraining, camlWords, createCamlEncoder } from "./caml.ts";
import { count, strength } from "./option_schemas.ts";
import { createSingleTask } from "./single_task.ts";
import { embedSchemas, unitRows } from "./embed.ts";

/** Options of CAML's encoder, and how strongly titles pull. */
export interface DrCamlOptions extends CamlEncoderOptions {
  /** Weight of the pull towards the titles' vectors, λ. */
  readonly descriptionWeight: number;
}

/** CAML with classifier rows that are pulled towards the codes' titles. */
export const drCaml: System<DrCamlOptions> = {
  name: "dr-caml",
  title: "DR-CAML",
  schemas: {
    filters: count,
    kernel: count,
    descriptionWeight: strength,
    ...embedSchemas,
  },
  options: { filters: 50, kernel: 10, descriptionWeight: 10, ...camlWords },
  training: { ...camlTraining, "optimizer.learningRate": 1e-4, epochs: 200 },
  presets: { "mimic3-full": { "model.descriptionWeight": 0.01 } },
  revision: 2, // biases of convolutions start at PyTorch's default
  create: createDrCaml,
};

function createDrCaml(settings: SystemSettings<DrCamlOptions>, inputs: ModelInputs): Model {
  const { model, target, loss } = settings;
  const weights = new Weights(inputs.seed);
  const encoder = createCamlEncoder(weights, model, inputs);
  const labels = inputs.labels[target];
  const head = createLabelAttention(weights.scope(""), encoder.width, labels.length, {
    query: "U",
    score: "final",
  });
  const titleVectors = createTitleVectors(weights, model, inputs);
  const index = indexVocabulary(inputs.vocabulary);
  const titles = labels.map(({ title }) => encodeText(title, index).ids);
  return createSingleTask({
    weights,
    target,
    loss,
    logits: (batch, mode) => {
      const { values, positions } = encoder.encode(batch, mode);
      return head.logits(values, positions);
    },
    attention: (batch, chosen) => {
      const { values, positions } = encoder.encode(batch, inference);
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
  { filters, kernel, unitEmbedding }: DrCamlOptions,
  { embeddings, embeddingSize, vocabulary }: ModelInputs,
): (titles: readonly Int32Array[]) => Tensor {
  const embed = createEmbedding(weights.scope("desc_embedding"), {
    size: vocabulary.length,
    values: unitEmbedding ? unitRows(embeddings, embeddingSize) : embeddings,
    trained: true,
  });
  const padding = Math.floor(kernel / 2);
  const convolve = createConv(weights.scope("label_conv"), embeddingSize, filters, {
    kernel,
    padding,
    bias: true,
    initializer: xavierUniform,
  });
  const project = createLinear(weights.scope("label_fc1"), filters, filters, {
    initializer: xavierUniform,
  });
  return (titles) => {
    const known = titles.map((title) => title.length > 0 ? title : Int32Array.of(UNKNOWN)); // no word of it is known
    const longest = Math.max(...known.map((title) => title.length));
    const tokens = new Int32Array(known.length * longest);
    known.forEach((title, row) => tokens.set(title, row * longest));
    const words = createPositions(Int32Array.from(known, (title) => title.length), longest);
    const windows = derivePositions(words, (length) => length + 2 * padding - kernel + 1);
    const x = embed(tf.tensor2d(tokens, [known.length, longest], "int32"));
    return project(maxPool(tf.tanh(convolve(x, words, windows)), windows.mask));
  };
}
