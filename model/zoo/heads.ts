/**
 * One label attention and classifier for each task over shared features (paper §3.3), and the loss of
 * them all (§3.4).
 *
 * Legend: `B` documents, `P` positions, `D` features, `L` labels.
 *
 * @module
 */
import type { PerTask, Task } from "../../pipeline/schema.ts";
import { type Scalar, type Tensor, tf } from "../engine/tf.ts";
import type { ModelInputs } from "../inputs.ts";
import {
  createLabelAttention,
  type LabelAttention,
  type LabelAttentionNames,
} from "../layers/label_attention.ts";
import type { Positions } from "../layers/positions.ts";
import type { Weights } from "../layers/weights.ts";
import { focalTerms, type LossConfig, taskWeights } from "../loss.ts";
import type { Targets } from "../model.ts";

/** What an encoder makes of a batch: features, zero on padding, and where they are. */
export interface Features {
  /** [B, P, D]. */
  readonly values: Tensor;
  /** The P positions: the tokens themselves, or what a convolution made of them. */
  readonly positions: Positions;
}

/** Where a task's two weights stand. */
export interface HeadNames extends LabelAttentionNames {
  readonly scope: string;
}

/** What the heads are built for. */
export interface HeadOptions {
  readonly tasks: readonly Task[];
  /** D. */
  readonly width: number;
  readonly names: (task: Task) => HeadNames;
  readonly loss: LossConfig;
}

/** Label attention for each task (eqs. 12–15), and the loss over all of them. */
export interface Heads {
  /** Logits [B, L] of each task. */
  logits(features: Features): Partial<PerTask<Tensor>>;
  /** The tasks' losses, weighted and added. */
  loss(features: Features, targets: Targets): Scalar;
  /** The weight that each of `labels` gives each position, [B, labels, P]. */
  attention(features: Features, task: Task, labels: Int32Array): Tensor;
  /** The rows of a task's score layer, [L, D]. */
  labelVectors(task: Task): Tensor;
}

/** Declares the weights of each task, in order. */
export function createHeads(
  weights: Weights,
  { tasks, width, names, loss }: HeadOptions,
  { labels }: ModelInputs,
): Heads {
  const heads = new Map(tasks.map((task): [Task, LabelAttention] => {
    const { scope, ...layers } = names(task);
    const count = labels[task].length;
    return [task, createLabelAttention(weights.scope(scope), width, count, layers)];
  }));
  const shares = taskWeights(tasks, loss);
  const taskLoss = (task: Task, head: LabelAttention, features: Features, targets: Tensor) => {
    const { positive, negative, gamma } = focalTerms(loss, ...targets.shape as [number, number]);
    const share = shares[task];
    const terms = { positive: share * positive, negative: share * negative, gamma };
    return head.loss(features.values, features.positions, targets, terms);
  };
  return {
    logits: ({ values, positions }) =>
      Object.fromEntries([...heads].map(([task, head]) => [task, head.logits(values, positions)])),
    loss: (features, targets) =>
      tf.addN([...heads].map(([task, head]) => taskLoss(task, head, features, targets[task]!))),
    attention: ({ values, positions }, task, labels) =>
      heads.get(task)!.attention(values, positions, labels),
    labelVectors: (task) => heads.get(task)!.score,
  };
}
