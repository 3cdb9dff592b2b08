/**
 * What training differentiates, said once for all tests.
 *
 * @module
 */
import { type Scalar, type Tensor, tf } from "../../model/engine/tf.ts";
import type { Mode } from "../../model/layers/positions.ts";
import type { Model, Targets, TokenBatch } from "../../model/model.ts";

/** The loss that training differentiates. The caller owns it. */
export function trainingLoss(
  model: Model,
  batch: TokenBatch,
  targets: Targets,
  mode: Mode,
): Scalar {
  return model.loss(batch, targets, mode);
}

/** That loss and its gradients by the names of the weights it depends on. The caller owns them. */
export function trainingGradients(
  model: Model,
  batch: TokenBatch,
  targets: Targets,
  mode: Mode,
): { loss: Scalar; gradients: Map<string, Tensor> } {
  return gradientsByName(model, () => trainingLoss(model, batch, targets, mode));
}

/** A loss of a model and its gradients by the names of the weights it depends on. The caller owns them. */
export function gradientsByName(
  model: Model,
  loss: () => Scalar,
): { loss: Scalar; gradients: Map<string, Tensor> } {
  const trained = model.weights.trainable();
  const { value, grads } = tf.variableGrads(loss, trained.map(({ variable }) => variable));
  const gradients = new Map<string, Tensor>();
  for (const { name, variable } of trained) {
    const gradient = grads[variable.name];
    if (gradient) gradients.set(name, gradient);
  }
  return { loss: value, gradients };
}
