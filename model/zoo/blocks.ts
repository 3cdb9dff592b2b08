/**
 * The paper's three blocks over any base encoder (its Figure 8): the recalibrated aggregation module
 * (§3.2), label attention for one task or all (§3.3), and their loss (§3.4).
 *
 * Legend: `B` documents, `T` tokens, `P` positions, `D` features, `L` labels.
 *
 * @module
 */
import * as v from "valibot";
import { type Task, TASKS } from "../../pipeline/schema.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import type { ModelInputs } from "../inputs.ts";
import { inference, type Mode } from "../layers/positions.ts";
import {
  createRam,
  RAM_UPS,
  type RamLayers,
  type RamUp,
  type TokenLayer,
} from "../layers/recalibrate.ts";
import type { Weights } from "../layers/weights.ts";
import type { LossConfig } from "../loss.ts";
import type { Model, TokenBatch } from "../model.ts";
import type { Misfit, OptionSchemas } from "../system.ts";
import { createHeads, type Features, type HeadNames } from "./heads.ts";
import { rate } from "./option_schemas.ts";

/** Options of the paper's blocks. */
export interface BlockOptions {
  /** Multi-task learning: the branches of all label sets. Without it, the target's alone. */
  readonly mtl: boolean;
  /** The recalibrated aggregation module. */
  readonly ram: boolean;
  /** How the module widens features again: as the paper does, or as its footnote 2 compares with. */
  readonly ramUp: RamUp;
  /** Share of the RAM's output dropped in training. */
  readonly dropout: number;
}

/** Schemas of {@linkcode BlockOptions}. */
export const blockSchemas: OptionSchemas<BlockOptions> = {
  mtl: v.boolean(),
  ram: v.boolean(),
  ramUp: v.optional(v.picklist(RAM_UPS), "deconvolution"), // runs made before had no other
  dropout: rate,
};

/** A base encoder as it was published: none of the blocks. */
export const noBlocks: BlockOptions = {
  mtl: false,
  ram: false,
  ramUp: "deconvolution",
  dropout: 0.2,
};

/** Features that the RAM needs at least: it narrows them to a quarter. */
const RAM_FEATURES = 4;

/**
 * Whether a base encoder has too few features for the RAM: `features` for each unit of the option that
 * sets its width.
 */
export function ramMisfit<Option extends string>(
  model: BlockOptions & { readonly [option in Option]: number },
  option: Option,
  features: number,
): Misfit | undefined {
  if (!model.ram || model[option] * features >= RAM_FEATURES) return undefined;
  const least = Math.ceil(RAM_FEATURES / features);
  return { option, expected: `at least ${least}, as the RAM narrows features to a quarter` };
}

/** The tasks that a configured system predicts: all with multi-task learning, else the target. */
export function tasksOf(
  { model, target }: { readonly model: object; readonly target: Task },
): readonly Task[] {
  return "mtl" in model && model.mtl ? TASKS : [target];
}

/** A base encoder: tokens to features. */
export interface Encoder {
  /** Features of a position, D. */
  readonly width: number;
  encode(batch: TokenBatch, mode: Mode): Features;
  /** Tokens that one position stands for; 1 by default. */
  readonly tokensPerPosition?: number | undefined;
}

/** Where the blocks' weights stand; each system keeps the names of its own release. */
export interface BlockNames {
  readonly ram: string;
  readonly ramLayers?: RamLayers | undefined;
  head(task: Task): HeadNames;
}

/** The names of CAML's line of systems, under `prefix`: `U` and `final`; `…_ccs` for a second task. */
export function camlNames(
  prefix: string,
  { mtl }: Pick<BlockOptions, "mtl">,
  ramLayers?: RamLayers,
): BlockNames {
  return {
    ram: prefix === "" ? "ram" : `${prefix}.ram`,
    ramLayers,
    head: (task) => {
      const suffix = mtl && task !== TASKS[0] ? `_${task}` : "";
      return { scope: prefix, query: `U${suffix}`, score: `final${suffix}` };
    },
  };
}

/** A base encoder whose weights are declared; the blocks' join them. */
export interface Base {
  readonly weights: Weights;
  readonly encoder: Encoder;
  readonly names: BlockNames;
}

/** What the blocks read of a configuration. */
export interface BlockSettings {
  readonly model: BlockOptions;
  /** The task of a model without multi-task learning. */
  readonly target: Task;
  readonly loss: LossConfig;
}

/** The RAM over features of so many channels; undefined where the model has none. */
export function createRecalibration(
  weights: Weights,
  width: number,
  { ram, ramUp: up, dropout }: BlockOptions,
  names: BlockNames,
): TokenLayer | undefined {
  if (!ram) return undefined;
  return createRam(weights.scope(names.ram), width, { dropout, up, layers: names.ramLayers });
}

/** Puts the configured blocks over a base encoder. */
export function withBlocks(
  { weights, encoder, names }: Base,
  { model, target, loss }: BlockSettings,
  inputs: ModelInputs,
): Model {
  const { width, tokensPerPosition = 1 } = encoder;
  const recalibrate = createRecalibration(weights, width, model, names);
  const tasks = tasksOf({ model, target });
  const heads = createHeads(weights, { tasks, width, names: names.head, loss }, inputs);
  const encode = (batch: TokenBatch, mode: Mode): Features => {
    const { values, positions } = encoder.encode(batch, mode); // [B, P, D]
    return { values: recalibrate ? recalibrate(values, positions, mode) : values, positions };
  };
  return {
    tasks,
    weights,
    logits: (batch, mode) => tf.tidy(() => heads.logits(encode(batch, mode))),
    loss: (batch, targets, mode) => tf.tidy(() => heads.loss(encode(batch, mode), targets)),
    attention: (batch, task, labels) =>
      tf.tidy(() => {
        const features = encode(batch, inference);
        return toTokens(heads.attention(features, task, labels), batch.width, tokensPerPosition);
      }),
    labelVectors: heads.labelVectors,
  };
}

/**
 * Attention [B, L, P] over positions as attention over tokens [B, L, T]. A convolution's position i is
 * centred on token i, and what lies beyond the last token is left out; a position that stands for
 * several tokens is shared among them.
 */
function toTokens(attention: Tensor, width: number, tokensPerPosition: number): Tensor {
  const [documents, labels, positions] = attention.shape as [number, number, number];
  const repeats = [1, 1, 1, tokensPerPosition];
  const shared = tf.tile(tf.expandDims(tf.div(attention, tokensPerPosition), 3), repeats);
  const spread = tf.reshape(shared, [documents, labels, positions * tokensPerPosition]);
  return tf.slice(spread, [0, 0, 0], [documents, labels, width]);
}
