/**
 * What a medical-code predictor is to the trainer, the evaluator and `predict`: named weights, logits,
 * and the loss that training differentiates.
 *
 * Legend: `B` documents, `T` tokens (padded width), `L` labels.
 *
 * @module
 */
import type { Documents } from "../pipeline/dataset/documents.ts";
import type { PerTask, Task } from "../pipeline/schema.ts";
import type { Scalar, Tensor } from "./engine/tf.ts";
import type { Mode, Positions } from "./layers/positions.ts";
import type { Weights } from "./layers/weights.ts";

/** One batch's tokens on the device. Padding has token 0 and mask 0. */
export interface TokenBatch extends Positions {
  /** [B, T] int32. */
  readonly tokens: Tensor;
  /** On the host: places of the tokens that begin a sentence, of each document where they are known. */
  readonly sentences?: readonly (Int32Array | undefined)[] | undefined;
}

/** Multi-hot labels of one batch, [B, L] float32, for the tasks in use. */
export type Targets = Partial<PerTask<Tensor>>;

/** A medical-code predictor. */
export interface Model {
  /** The tasks that it predicts, in the order of `TASKS`. */
  readonly tasks: readonly Task[];
  readonly weights: Weights;
  /** Logits [B, L] of each of its tasks. The caller owns them. */
  logits(batch: TokenBatch, mode: Mode): Partial<PerTask<Tensor>>;
  /**
   * The loss of a batch, all penalties included: the one that training differentiates in the trained
   * weights. The caller owns it.
   */
  loss(batch: TokenBatch, targets: Targets, mode: Mode): Scalar;
  /**
   * The weight that each of `labels` gives each token, [B, labels, T], of models with label attention:
   * it shows which words a code attended to. The caller owns it.
   */
  readonly attention?:
    | ((batch: TokenBatch, task: Task, labels: Int32Array) => Tensor)
    | undefined;
  /**
   * What each document takes where that does not follow from its tokens: word pieces in sentences, padded.
   * Passes are planned by it. Undefined where it does follow.
   */
  readonly lengths?:
    | ((documents: Documents, maxTokens: number) => Int32Array | undefined)
    | undefined;
  /** Tokens of a document beyond which it takes no more; undefined where each one counts. */
  readonly mostTokens?: number | undefined;
  /** The id of a word that neither the vocabulary nor its dataset has, of models that spell words. */
  readonly spell?: ((word: string) => number | undefined) | undefined;
  /**
   * The rows of a task's score layer, [L, D], of models with label attention: all tasks' labels lie in
   * one space. They are weights of the model.
   */
  readonly labelVectors?: ((task: Task) => Tensor) | undefined;
}
