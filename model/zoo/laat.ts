/**
 * LAAT, the label attention model (Vu et al. 2020): a bidirectional LSTM, attention computed from
 * tanh(H·W₁ᵀ), and a classifier over what each label attended to.
 *
 * Differs from the release:
 * - Vectors: frozen and as word2vec left them, as there, but of words in three training documents or
 *   more; there, every word of the three splits has one, and those that word2vec lacks share one.
 * - Initialisation: as there. Tensors that its code stores and never uses are left out.
 * - Masking: padded steps take no softmax mass; there, they do, with a score of 0.
 * - Batches: documents of similar length together, in an order drawn for each epoch; there, documents
 *   are shuffled.
 * - Monitor: micro-F1, which is 0 where nothing is predicted, as there.
 * - Epochs: as there, at most 50, ended by the sixth without a gain. The plateau schedule, which
 *   practically never fires before that, is left out.
 * - Kept: the best epoch on dev.
 * - Sizes on the top 50 are those of a reimplementation (JoakimEdin/medical-coding-reproducibility); the
 *   release names none.
 *
 * @module
 */
import { type Tensor, tf, type Variable } from "../engine/tf.ts";
import { normal, uniform } from "../layers/initializers.ts";
import { attentionWeights, labelAttention } from "../layers/label_attention.ts";
import { createLinear, type Linear } from "../layers/linear.ts";
import { createLstm } from "../layers/recurrence/recurrent.ts";
import type { ModelInputs } from "../inputs.ts";
import type { Model, TokenBatch } from "../model.ts";
import { inference, type Mode } from "../layers/positions.ts";
import { Weights } from "../layers/weights.ts";
import type { Assignments, OptionSchemas, System, SystemSettings } from "../system.ts";
import { count } from "./option_schemas.ts";
import { createSingleTask } from "./single_task.ts";
import { createEmbed, type EmbedOptions, embedSchemas } from "./embed.ts";

/** Deviation of the attention's first weights. */
const DEVIATION = 0.03;

/** Options of LAAT. */
export interface LaatOptions extends EmbedOptions {
  /** Units of each LSTM direction, u. */
  readonly hidden: number;
  /** Width of the attention's inner layer, d_a. */
  readonly attention: number;
}

/** Schemas of {@linkcode LaatOptions} but for the word vectors'. */
export const laatSchemas: OptionSchemas<Pick<LaatOptions, "hidden" | "attention">> = {
  hidden: count,
  attention: count,
};

/** The release's word vectors: frozen, as word2vec left them. */
export const laatWords: EmbedOptions = {
  embeddingDropout: 0.3,
  trainEmbedding: false,
  unitEmbedding: false,
};

/** The release's training, on one level and on two. */
export const laatTraining: Assignments = {
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

/** The release's sizes for all codes. */
export const laatPresets: { readonly [preset: string]: Assignments } = {
  "mimic3-full": { "model.hidden": 512, "model.attention": 512 },
};

/** A bidirectional LSTM, and attention of each label computed from tanh(H·W₁ᵀ). */
export const laat: System<LaatOptions> = {
  name: "laat",
  title: "LAAT",
  schemas: { ...laatSchemas, ...embedSchemas },
  options: { hidden: 256, attention: 256, ...laatWords },
  training: laatTraining,
  presets: laatPresets,
  create: createLaat,
};

function createLaat(settings: SystemSettings<LaatOptions>, inputs: ModelInputs): Model {
  const { model, target, loss } = settings;
  const weights = new Weights(inputs.seed);
  const encode = createBiLstm(weights, model, inputs);
  const level = createLevel(weights, 0, model, inputs.labels[target].length);
  return createSingleTask({
    weights,
    target,
    loss,
    logits: (batch, mode) => levelLogits(level, encode(batch, mode), batch),
    attention: (batch, labels) => levelAttention(level, encode(batch, inference), batch, labels),
  });
}

/** Hidden states [B, T, 2u] of a batch. */
export function createBiLstm(
  weights: Weights,
  { hidden, ...embedding }: LaatOptions,
  inputs: ModelInputs,
): (batch: TokenBatch, mode: Mode) => Tensor {
  const embed = createEmbed(weights.scope("embedding.embeddings"), embedding, inputs);
  const lstm = createLstm(weights.scope("rnn"), inputs.embeddingSize, hidden, {
    bidirectional: true,
    frozenInput: !embedding.trainEmbedding,
  });
  return (batch, mode) => lstm(embed(batch, mode), batch);
}

/** One level's attention and classifier. */
export interface Level {
  /** W₁: [..., 2u] → [..., d_a]. */
  readonly squeeze: Linear;
  /** W₂ [L, d_a]. */
  readonly query: Variable;
  /** W₃ [L, 2u + projection]. */
  readonly score: Variable;
  /** Bias of W₃ [L]. */
  readonly bias: Variable;
}

/** Declares `attention.{first,second,third}_linears.<index>`; W₃ has `extra` further columns. */
export function createLevel(
  weights: Weights,
  index: number,
  { hidden, attention }: LaatOptions,
  labels: number,
  extra = 0,
): Level {
  const scope = (name: string) => weights.scope(`attention.${name}_linears.${index}`);
  const third = scope("third");
  const width = 2 * hidden + extra;
  return {
    squeeze: createLinear(scope("first"), 2 * hidden, attention, {
      bias: false,
      initializer: normal(DEVIATION),
    }),
    query: scope("second").parameter("weight", [labels, attention], normal(DEVIATION)),
    score: third.parameter("weight", [labels, width], normal(DEVIATION)),
    bias: third.parameter("bias", [labels], uniform(1 / Math.sqrt(width))),
  };
}

/** Logits [B, L] of hidden states [B, T, 2u], by the first 2u columns of W₃. */
export function levelLogits(level: Level, states: Tensor, { mask }: TokenBatch): Tensor {
  const keys = tf.tanh(level.squeeze(states)); // [B, T, d_a]
  const width = states.shape[2]!;
  const [labels, columns] = level.score.shape as [number, number];
  const score = columns === width ? level.score : tf.slice(level.score, [0, 0], [labels, width]);
  return labelAttention({
    features: states,
    keys,
    query: level.query,
    score,
    bias: level.bias,
    mask,
  });
}

/** The weight that each of `labels` gives each token, [B, labels, T]. */
export function levelAttention(
  level: Level,
  states: Tensor,
  { mask }: TokenBatch,
  labels: Int32Array,
): Tensor {
  return attentionWeights(tf.tanh(level.squeeze(states)), level.query, mask, labels);
}
