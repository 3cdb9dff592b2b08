/**
 * The model of a system with one label set and none of the paper's blocks, given its layers.
 *
 * @module
 */
import type { Task } from "../../pipeline/schema.ts";
import { type Scalar, type Tensor, tf } from "../engine/tf.ts";
import type { Mode } from "../layers/positions.ts";
import type { Weights } from "../layers/weights.ts";
import { createLoss, type LossConfig } from "../loss.ts";
import type { Model, TokenBatch } from "../model.ts";

/** What a system of one task computes; its losses and gradients follow. */
export interface SingleTask {
  readonly weights: Weights;
  readonly target: Task;
  readonly loss: LossConfig;
  /** Logits [B, L]. */
  readonly logits: (batch: TokenBatch, mode: Mode) => Tensor;
  /** Added to the loss, from the targets [B, L]. */
  readonly penalty?: ((targets: Tensor) => Scalar) | undefined;
  /** Token weights [B, labels, T], where it has label attention. */
  readonly attention?: ((batch: TokenBatch, labels: Int32Array) => Tensor) | undefined;
}

/** The model of a system that predicts one task's logits. */
export function createSingleTask(system: SingleTask): Model {
  const { weights, target, logits, penalty, attention } = system;
  const lossOf = createLoss(system.loss);
  return {
    tasks: [target],
    weights,
    logits: (batch, mode) => ({ [target]: tf.tidy(() => logits(batch, mode)) }),
    loss: (batch, targets, mode) =>
      tf.tidy(() => {
        const truth = targets[target]!;
        const value = lossOf(logits(batch, mode), truth);
        return penalty ? tf.add<Scalar>(value, penalty(truth)) : value;
      }),
    attention: attention &&
      ((batch, _task, labels) => tf.tidy(() => attention(batch, labels))),
  };
}
