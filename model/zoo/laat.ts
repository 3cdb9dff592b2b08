/**
 * LAAT, the label attention model (Vu et al. 2020): a bidirectional LSTM, attention computed from
 * tanh(H·W₁ᵀ), and a classifier over what each label attended to.
 *
 * Differs from the release: padded steps take no softmax mass; the tensors that its code stores and
 * never uses are left out; the plateau schedule, which practically never fires before early stopping,
 * is left out.
 *
 * @module
 */
import type { SystemSettings } from "../config/config.ts";
import { type Tensor, tf, type Variable } from "../engine/tf.ts";
import { normal, uniform } from "../layers/initializers.ts";
import { attentionWeights, labelAttention } from "../layers/label_attention.ts";
import { createLinear, type Linear } from "../layers/linear.ts";
import { createLstm } from "../layers/recurrence/recurrent.ts";
import type { Model, ModelInputs, TokenBatch } from "../model.ts";
import type { Mode } from "../layers/positions.ts";
import type { JointLaatConfig, LaatConfig } from "../config/systems.ts";
import { Weights } from "../layers/weights.ts";
import { createSingleTask } from "./single_task.ts";
import { createWords } from "./embed.ts";

/** Deviation of the attention's first weights. */
const DEVIATION = 0.03;

/** LAAT as configured, with fresh weights. */
export function createLaat(settings: SystemSettings<LaatConfig>, inputs: ModelInputs): Model {
  const { model, target, loss } = settings;
  const weights = new Weights(inputs.seed);
  const encode = createBiLstm(weights, model, inputs);
  const level = createLevel(weights, 0, model, inputs.labels[target]);
  return createSingleTask({
    name: "laat",
    weights,
    target,
    loss,
    logits: (batch, mode) => levelLogits(level, encode(batch, mode), batch),
    attention: (batch, labels) => levelAttention(level, encode(batch, evaluation), batch, labels),
  });
}

const evaluation: Mode = { training: false, seed: 0 };

/** Hidden states [B, T, 2u] of a batch. */
export function createBiLstm(
  weights: Weights,
  { hidden, ...embedding }: LaatConfig | JointLaatConfig,
  inputs: ModelInputs,
): (batch: TokenBatch, mode: Mode) => Tensor {
  const words = createWords(weights, "embedding.embeddings", embedding, inputs);
  const start = uniform(1 / Math.sqrt(hidden));
  const lstm = createLstm(
    weights.scope("rnn"),
    inputs.embeddings.length / inputs.vocabularySize,
    hidden,
    {
      bidirectional: true,
      initializer: start,
      biasInitializer: start,
      frozenInput: !embedding.trainEmbedding,
    },
  );
  return (batch, mode) => lstm(words(batch, mode), batch);
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
  { hidden, attention }: LaatConfig | JointLaatConfig,
  labels: number,
  extra = 0,
): Level {
  const scope = (name: string) => weights.scope(`attention.${name}_linears.${index}`);
  const third = scope("third"), width = 2 * hidden + extra;
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
  const width = states.shape[2]!, labels = level.score.shape[0]!;
  const score = level.score.shape[1] === width
    ? level.score
    : tf.slice(level.score, [0, 0], [labels, width]);
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
