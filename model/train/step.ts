/**
 * The gradient of a batch's loss, summed over micro-batches.
 *
 * @module
 */
import type { Batch } from "../../pipeline/dataset/documents.ts";
import { deriveSeed } from "../../pipeline/random.ts";
import { type NamedTensors, type Scalar, type Tensor, tf } from "../engine/tf.ts";
import { feedTargets, feedTokens } from "../feed.ts";
import type { Model } from "../model.ts";
import type { PerTask } from "../../pipeline/schema.ts";
import type { Mode } from "../layers/positions.ts";

/** Loss of a batch and its gradients by weight name. The caller owns the tensors. */
export interface Gradients {
  /** The batch's loss. */
  readonly loss: Scalar;
  /** One gradient for each weight that the loss depends on. */
  readonly byName: ReadonlyMap<string, Tensor>;
}

/**
 * Loss and gradients of the batch that `parts` make up. A loss is a mean over documents, so each part
 * weighs by its share of them: the sum is the gradient of the batch taken whole, wherever no layer
 * mixes documents (batch norm in training does: its statistics are each part's own).
 *
 * @param labels number of labels of each task.
 * @param mode its seed is the step's; every part draws from one derived from it.
 */
export function batchGradients(
  model: Model,
  parts: readonly Batch[],
  labels: PerTask<number>,
  mode: Mode,
): Gradients {
  const documents = parts.reduce((sum, part) => sum + part.rows.length, 0);
  let total: NamedTensors = {};
  parts.forEach((part, index) => {
    const partMode = { ...mode, seed: deriveSeed(mode.seed, "part", index) };
    const share = part.rows.length / documents;
    const next = tf.tidy(() => addTo(total, partGradients(model, part, labels, partMode, share)));
    tf.dispose(total);
    total = next;
  });
  const { loss, ...byName } = total;
  return { loss: loss as Scalar, byName: new Map(Object.entries(byName)) };
}

/** `loss` and the gradients by weight name, all times `share`. */
function partGradients(
  model: Model,
  part: Batch,
  labels: PerTask<number>,
  mode: Mode,
  share: number,
): NamedTensors {
  const tokens = feedTokens(part);
  const targets = feedTargets(part, model.tasks, labels);
  const trainable = model.weights.trainable();
  const loss = () =>
    model.forwardLoss?.(tokens, mode, targets) ?? model.loss(model.forward(tokens, mode), targets);
  const { value, grads } = tf.variableGrads(
    () => tf.mul<Scalar>(loss(), share),
    trainable.map(({ variable }) => variable),
  );
  const named: NamedTensors = { loss: value };
  for (const { name, variable } of trainable) {
    const gradient = grads[variable.name];
    if (gradient) named[name] = gradient;
  }
  return named;
}

/** Sums by name. A tensor that only one side has is kept as it is. */
function addTo(total: NamedTensors, part: NamedTensors): NamedTensors {
  const names = new Set([...Object.keys(total), ...Object.keys(part)]);
  return Object.fromEntries([...names].map((name) => {
    const [a, b] = [total[name], part[name]];
    return [name, a && b ? tf.add(a, b) : tf.clone((a ?? b)!)];
  }));
}
