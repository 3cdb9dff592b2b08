/**
 * The paper's three blocks over any base encoder (its Figure 8): the recalibrated aggregation module
 * (§3.2), label attention for one task or both (§3.3), and the loss (§3.4).
 *
 * Legend: `B` documents, `P` positions, `D` features.
 *
 * @module
 */
import type { LossConfig } from "../config/config.ts";
import { type Scalar, type Tensor, tf } from "../engine/tf.ts";
import { createLabelAttention, type LabelAttentionNames } from "../layers/label_attention.ts";
import { createRam, type RamNames } from "../layers/recalibrate.ts";
import { createLoss, focalTerms } from "../loss.ts";
import type { Model, ModelInputs, Outputs, Targets, TokenBatch } from "../model.ts";
import type { Mode, Positions } from "../layers/positions.ts";
import type { Task } from "../../pipeline/schema.ts";
import type { BlockConfig } from "../config/systems.ts";
import type { Weights } from "../layers/weights.ts";

/** What an encoder makes of a batch: features, zero on padding, and where they are. */
export interface Features {
  /** [B, P, D]. */
  readonly values: Tensor;
  /** The P positions: the tokens themselves, or what a convolution made of them. */
  readonly positions: Positions;
}

/** A base encoder: tokens to features. */
export interface Encoder {
  /** Features of a position, D. */
  readonly width: number;
  /** Features of a batch. */
  encode(batch: TokenBatch, mode: Mode): Features;
  /** Tokens that one position stands for; 1 by default. */
  readonly tokensPerPosition?: number;
}

/** Where the blocks' weights stand; each system keeps the names of its own release. */
export interface BlockNames {
  /** Scope of the RAM, and the names of a RAM block's four layers where they are not MARN's. */
  readonly ram: readonly [scope: string, layers?: RamNames];
  /** Scope of a task's label attention, and its two weights' names where they are not MARN's. */
  readonly head: (task: Task) => readonly [scope: string, names?: LabelAttentionNames];
}

/** MARN's names: `ram`, and `icd` and `ccs` with `query` and `score`. */
export const marnNames: BlockNames = { ram: ["ram"], head: (task) => [task] };

/** The names of CAML's line of systems, under `prefix`: `U` and `final`; `…_ccs` for a second task. */
export function camlNames(prefix: string, { mtl }: BlockConfig, layers?: RamNames): BlockNames {
  const ram = prefix === "" ? "ram" : `${prefix}.ram`;
  return {
    ram: layers ? [ram, layers] : [ram],
    head: (task) => {
      const suffix = mtl && task === "ccs" ? "_ccs" : "";
      return [prefix, { query: `U${suffix}`, score: `final${suffix}` }];
    },
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
  /** Where the blocks' weights stand. */
  readonly names: BlockNames;
}

/** What the blocks read of a configuration. */
export interface BlockSettings {
  /** Which blocks there are. */
  readonly model: BlockConfig;
  /** The task of a model without multi-task learning. */
  readonly target: Task;
  /** The loss, and the share of the ICD branch in it. */
  readonly loss: LossConfig;
}

/** Puts the configured blocks over a base encoder. */
export function withBlocks(
  { name, weights, encoder, names }: Base,
  { model, target, loss }: BlockSettings,
  inputs: ModelInputs,
): Model {
  const { width } = encoder;
  const [ramScope, ramNames] = names.ram;
  const recalibrate = model.ram
    ? createRam(weights.scope(ramScope), width, model.dropout, ramNames)
    : undefined;
  const tasks: readonly Task[] = model.mtl ? ["icd", "ccs"] : [target];
  const heads = new Map(tasks.map((task) => {
    const [scope, headNames] = names.head(task);
    const labels = inputs.labels[task];
    return [task, createLabelAttention(weights.scope(scope), width, labels, headNames)];
  }));
  const lossOf = createLoss(loss);
  const shares = model.mtl ? { icd: loss.icdWeight, ccs: 1 - loss.icdWeight } : { icd: 1, ccs: 1 };

  const features = (batch: TokenBatch, mode: Mode): Features => {
    const { values, positions } = encoder.encode(batch, mode); // [B, P, D]
    return { values: recalibrate ? recalibrate(values, positions, mode) : values, positions };
  };

  return {
    name,
    tasks,
    weights,
    forward: (batch, mode): Outputs =>
      tf.tidy(() => {
        const { values, positions } = features(batch, mode);
        const logits = [...heads].map(([task, head]) => [task, head.logits(values, positions)]);
        return Object.fromEntries(logits);
      }),
    loss: (outputs, targets: Targets): Scalar =>
      tf.tidy(() => {
        const terms = tasks.map((task) =>
          tf.mul(lossOf(outputs[task]!, targets[task]!), shares[task])
        );
        return tf.addN(terms) as Scalar; // eq. 17
      }),
    forwardLoss: (batch, mode, targets): Scalar =>
      tf.tidy(() => {
        const { values, positions } = features(batch, mode);
        const terms = [...heads].map(([task, head]) => {
          const truth = targets[task]!;
          const [documents, labels] = truth.shape as [number, number];
          const { positive, negative, gamma } = focalTerms(loss, documents, labels);
          const share = shares[task];
          const shared = { positive: share * positive, negative: share * negative, gamma };
          return head.loss(values, positions, truth, shared);
        });
        return tf.addN(terms) as Scalar;
      }),
    attention: (batch, task, labels) =>
      tf.tidy(() => {
        const { values, positions } = features(batch, { training: false, seed: 0 });
        const weights = heads.get(task)!.attention(values, positions, labels);
        return toTokens(weights, batch.width, encoder.tokensPerPosition ?? 1);
      }),
  };
}

/**
 * Attention [B, L, P] over positions as attention over tokens [B, L, T]. A convolution's position i is
 * centred on token i, and what lies beyond the last token is left out; a position that stands for
 * several tokens is shared among them.
 */
function toTokens(attention: Tensor, width: number, tokensPerPosition: number): Tensor {
  const [documents, labels, positions] = attention.shape as [number, number, number];
  const shared = tf.tile(tf.expandDims(tf.div(attention, tokensPerPosition), 3), [
    1,
    1,
    1,
    tokensPerPosition,
  ]);
  const spread = tf.reshape(shared, [documents, labels, positions * tokensPerPosition]);
  return tf.slice(spread, [0, 0, 0], [documents, labels, width]);
}
