/**
 * What a system with one label set and no blocks is, apart from its layers.
 *
 * @module
 */
import type { LossConfig } from "../config/config.ts";
import { type Scalar, type Tensor, tf } from "../engine/tf.ts";
import { createLoss } from "../loss.ts";
import type { Model, Outputs, TokenBatch } from "../model.ts";
import type { Mode } from "../layers/positions.ts";
import type { Task } from "../../pipeline/schema.ts";
import type { Weights } from "../layers/weights.ts";

/** A system that predicts one task's logits. */
export interface SingleTask {
  /** The system's name. */
  readonly name: string;
  /** Its weights. */
  readonly weights: Weights;
  /** The task. */
  readonly target: Task;
  /** The loss of its logits. */
  readonly loss: LossConfig;
  /** Logits [B, L]. */
  readonly logits: (batch: TokenBatch, mode: Mode) => Tensor;
  /** Added to the loss, from the targets [B, L]. */
  readonly penalty?: (targets: Tensor) => Scalar;
  /** Token weights [B, labels, T], where it has label attention. */
  readonly attention?: (batch: TokenBatch, labels: Int32Array) => Tensor;
}

/** The model of such a system. */
export function createSingleTask(system: SingleTask): Model {
  const { name, weights, target, logits, penalty, attention } = system;
  const lossOf = createLoss(system.loss);
  return {
    name,
    tasks: [target],
    weights,
    forward: (batch, mode): Outputs => ({ [target]: tf.tidy(() => logits(batch, mode)) }),
    loss: (outputs, targets): Scalar =>
      tf.tidy(() => {
        const truth = targets[target]!;
        const value = lossOf(outputs[target]!, truth);
        return penalty ? tf.add(value, penalty(truth)) as Scalar : value;
      }),
    ...(attention &&
      { attention: (batch, _task, labels) => tf.tidy(() => attention(batch, labels)) }),
  };
}
