/**
 * MARN, the multitask balanced and recalibrated network (paper §3): word vectors, a bidirectional GRU,
 * the recalibrated aggregation module, and one label attention for each of the two label sets.
 *
 * Without `ram`, without `mtl` and with plain BCE it is the paper's BiGRU base; its three blocks go
 * over any other base encoder just as well ({@linkcode withBlocks}, the paper's Figure 8).
 *
 * Legend: `B` documents, `T` tokens, `D` features, `L` labels. Features are zero on padding.
 *
 * @module
 */
import { deriveSeed } from "../../pipeline/random.ts";
import type { MarnConfig, ModelConfig } from "../config.ts";
import { type Scalar, type Tensor, tf } from "../engine/tf.ts";
import { dropout } from "../layers/dropout.ts";
import { createEmbedding } from "../layers/embedding.ts";
import { createGru } from "../layers/gru.ts";
import { createLabelAttention } from "../layers/label_attention.ts";
import { createRam } from "../layers/recalibrate.ts";
import { createLoss } from "../loss.ts";
import type { Mode, Model, ModelInputs, Outputs, Targets, Task, TokenBatch } from "../model.ts";
import { Weights } from "../weights.ts";

/** A base encoder: tokens to features. */
export interface Encoder {
  /** Features of a token, D. */
  readonly width: number;
  /** Features [B, T, D] of a batch. */
  encode(batch: TokenBatch, mode: Mode): Tensor;
}

/** MARN as configured, with fresh weights. */
export function createMarn(config: ModelConfig, inputs: ModelInputs): Model {
  const weights = new Weights(inputs.seed);
  const encoder = createBiGruEncoder(weights, config.model, inputs);
  return withBlocks({ name: "marn", weights, encoder }, config, inputs);
}

/** §3.1 Input layer and base encoder: frozen word vectors, dropout, BiGRU (eqs. 1–3). */
export function createBiGruEncoder(
  weights: Weights,
  { hidden, embeddingDropout, trainEmbedding }: MarnConfig,
  { embeddings, vocabularySize }: ModelInputs,
): Encoder {
  const embed = createEmbedding(weights.scope("word_embedding"), {
    size: vocabularySize,
    values: embeddings,
    trained: trainEmbedding,
  });
  const gru = createGru(weights.scope("gru"), embeddings.length / vocabularySize, hidden, {
    bidirectional: true,
    frozenInput: !trainEmbedding,
  });
  return {
    width: 2 * hidden,
    encode: (batch, mode) =>
      tf.tidy(() => {
        const x = embed(batch.tokens); // [B, T, 100]
        if (!mode.training) return gru(x, batch);
        return gru(dropout(x, embeddingDropout, deriveSeed(mode.seed, "dropout embedding")), batch);
      }),
  };
}

/** A base encoder whose weights are declared. */
export interface Base {
  /** The system's name. */
  readonly name: string;
  /** The encoder's weights; the blocks' join them. */
  readonly weights: Weights;
  /** The encoder. */
  readonly encoder: Encoder;
}

/**
 * Puts the paper's blocks over a base encoder: the RAM (§3.2), label attention for one task or both
 * (§3.3), and the loss (§3.4).
 */
export function withBlocks(
  { name, weights, encoder }: Base,
  { model: { mtl, ram, dropout }, target, loss }: ModelConfig,
  inputs: ModelInputs,
): Model {
  const { width } = encoder;
  const recalibrate = ram ? createRam(weights.scope("ram"), width, dropout) : undefined;
  const tasks: readonly Task[] = mtl ? ["icd", "ccs"] : [target];
  const heads = new Map(tasks.map((task) => [
    task,
    createLabelAttention(weights.scope(task), width, inputs.labels[task]),
  ]));
  const lossOf = createLoss(loss);
  const shares = mtl ? { icd: loss.icdWeight, ccs: 1 - loss.icdWeight } : { icd: 1, ccs: 1 };

  const features = (batch: TokenBatch, mode: Mode): Tensor => {
    const x = encoder.encode(batch, mode); // [B, T, D]
    return recalibrate ? recalibrate(x, batch, mode) : x;
  };

  return {
    name,
    tasks,
    weights,
    forward: (batch, mode): Outputs =>
      tf.tidy(() => {
        const o = features(batch, mode);
        return Object.fromEntries([...heads].map(([task, head]) => [task, head.logits(o, batch)]));
      }),
    loss: (outputs, targets: Targets): Scalar =>
      tf.tidy(() =>
        tf.addN(
          tasks.map((task) => tf.mul(lossOf(outputs[task]!, targets[task]!), shares[task])),
        ) as Scalar // eq. 17
      ),
    attention: (batch, task, labels) =>
      tf.tidy(() => {
        const o = features(batch, { training: false, seed: 0 });
        return heads.get(task)!.attention(o, batch, labels);
      }),
  };
}
