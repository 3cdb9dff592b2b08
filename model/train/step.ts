/**
 * One step of training: the gradient of a batch's loss, summed over micro-batches, and the update.
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
import type { Optimizer } from "./optimizer.ts";

/** Loss of a batch and its gradients by weight name. The caller owns the tensors. */
export interface Gradients {
  readonly loss: Scalar;
  /** One gradient for each weight that the loss depends on. */
  readonly byName: ReadonlyMap<string, Tensor>;
}

/** What a step trains. */
export interface Learner {
  /** Its weights are updated in place. */
  readonly model: Model;
  readonly optimizer: Optimizer;
  /** Number of labels of each task. */
  readonly labels: PerTask<number>;
}

/** What a step draws from and how far it goes. */
export interface StepOptions {
  readonly seed: number;
  readonly learningRate: number;
}

/** What one optimiser step came to. Where either is not finite, the weights no longer are either. */
export interface StepResult {
  readonly loss: number;
  /** Global norm of the gradient, before clipping. */
  readonly gradientNorm: number;
}

/**
 * One optimiser step on the batch that `parts` make up. Its only wait for the device is for the loss
 * and the gradient's norm.
 */
export async function trainStep(
  { model, optimizer, labels }: Learner,
  parts: readonly Batch[],
  { seed, learningRate }: StepOptions,
): Promise<StepResult> {
  const { loss, byName } = batchGradients(model, parts, labels, { training: true, seed });
  const norm = optimizer.update(byName, learningRate);
  const watched = tf.tidy(() => tf.stack([loss, norm]));
  tf.dispose([loss, ...byName.values(), norm]);
  const [lossValue, gradientNorm] = await watched.data() as unknown as [number, number];
  watched.dispose();
  return { loss: lossValue, gradientNorm };
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
  const { value, grads } = tf.variableGrads(
    () => tf.mul<Scalar>(model.loss(tokens, targets, mode), share),
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
