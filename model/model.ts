/**
 * What a medical-code predictor is to the trainer, the evaluator and `predict`: named weights, a
 * forward pass from a padded batch to logits, and a loss.
 *
 * Legend: `B` documents, `T` tokens (padded width), `L` labels.
 *
 * @module
 */
import type { Scalar, Tensor } from "./engine/tf.ts";
import type { BertConfig } from "./zoo/mdbert/bert.ts";
import type { Mode, Positions } from "./layers/positions.ts";
import type { Weights } from "./layers/weights.ts";
import type { PerTask, Task } from "../pipeline/schema.ts";

/** One batch's tokens on the device. Padding has token 0 and mask 0. */
export interface TokenBatch extends Positions {
  /** [B, T] int32. */
  readonly tokens: Tensor;
}

/** Multi-hot labels of one batch, for the tasks in use. */
export type Targets = { readonly [task in Task]?: Tensor }; // [B, L] float32

/** Logits of one batch, for the tasks that the model predicts; `extra` feeds the model's own loss. */
export interface Outputs {
  /** [B, ICD labels] float32. */
  readonly icd?: Tensor;
  /** [B, CCS labels] float32. */
  readonly ccs?: Tensor;
  /** Whatever else the model's loss needs (JointLAAT's first level). */
  readonly extra?: { readonly [name: string]: Tensor };
}

/** What a model is built from; everything else about it is in its own options. */
export interface ModelInputs {
  /** Tokens in the vocabulary, V, padding and unknown included. */
  readonly vocabularySize: number;
  /** Word vectors, [V, 100] row-major; row 0 is zeros. */
  readonly embeddings: Float32Array;
  /** Number of labels of each task. */
  readonly labels: PerTask<number>;
  /** Codes in label order (JointLAAT's first level comes from them). */
  readonly codes: { readonly [task in Task]: readonly string[] };
  /** Token ids of each label's title, for DR-CAML. */
  readonly titles?: { readonly [task in Task]: readonly Int32Array[] };
  /** The BERT that MDBERT starts from. */
  readonly bert?: BertInputs;
  /** Seed of the weights' first values. */
  readonly seed: number;
}

/** A BERT and how the vocabulary's words are spelled in its word pieces. */
export interface BertInputs {
  /** Its sizes. */
  readonly config: BertConfig;
  /** Word pieces of each token of the vocabulary; none for padding. */
  readonly wordPieces: readonly Int32Array[];
  /** Piece that opens a sentence. */
  readonly cls: number;
  /** Piece that closes a sentence. */
  readonly sep: number;
  /** Pretrained weights by Hugging Face's names; without them it starts from scratch. */
  readonly tensors?: ReadonlyMap<string, Float32Array>;
}

/** A medical-code predictor. */
export interface Model {
  /** The system's name: `marn`, `caml`, … */
  readonly name: string;
  /** Tasks that it predicts. */
  readonly tasks: readonly Task[];
  /** Its state. */
  readonly weights: Weights;
  /** Logits of a batch. Differentiable in the trainable weights. The caller owns the result. */
  forward(batch: TokenBatch, mode: Mode): Outputs;
  /** The training loss of a batch's outputs, all penalties included. */
  loss(outputs: Outputs, targets: Targets): Scalar;
  /** `loss(forward(batch, mode), targets)`, of models that are faster when they know the targets. */
  forwardLoss?(batch: TokenBatch, mode: Mode, targets: Targets): Scalar;
  /**
   * The weight that each of `labels` gives each token, [B, labels, T], for models with label
   * attention; used to show which words a code attended to.
   */
  attention?(batch: TokenBatch, task: Task, labels: Int32Array): Tensor;
}
