/**
 * Gradients by the names of weights.
 *
 * @module
 */
import { type Scalar, type Tensor, tf } from "../../model/engine/tf.ts";
import type { Mode } from "../../model/layers/positions.ts";
import type { Model, Targets, TokenBatch } from "../../model/model.ts";

/** A loss and its gradients by the names of the weights that it depends on. */
export interface LossAndGradients {
  readonly loss: Scalar;
  readonly gradients: ReadonlyMap<string, Tensor>;
}

/** The loss that training differentiates, and its gradients. The caller owns the tensors. */
export function trainingGradients(
  model: Model,
  batch: TokenBatch,
  targets: Targets,
  mode: Mode,
): LossAndGradients {
  return gradientsByName(model, () => model.loss(batch, targets, mode));
}

/** Any loss of a model's weights, and its gradients. The caller owns the tensors. */
export function gradientsByName(model: Model, loss: () => Scalar): LossAndGradients {
  const trained = model.weights.trainable();
  const { value, grads } = tf.variableGrads(loss, trained.map(({ variable }) => variable));
  const gradients = new Map<string, Tensor>();
  for (const { name, variable } of trained) {
    const gradient = grads[variable.name];
    if (gradient) gradients.set(name, gradient);
  }
  return { loss: value, gradients };
}
