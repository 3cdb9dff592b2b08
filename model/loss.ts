/**
 * Losses of multi-label classification, each fused into one operation with a hand-written gradient
 * that is finite for any finite logit.
 *
 * Legend: `B` documents, `L` labels. A target is 0 or 1. With the signed logit z = (2y − 1)·x, the
 * probability given to the truth is p_t = σ(z), and BCE = softplus(−z).
 *
 * @module
 */
import type { PerTask, Task } from "../pipeline/schema.ts";
import { type Scalar, type Tensor, tf } from "./engine/tf.ts";
import { withGradient } from "./engine/gradient.ts";

/** A loss of one branch: logits and targets, both [B, L], to a scalar. */
export type Loss = (logits: Tensor, targets: Tensor) => Scalar;

/**
 * The losses that a configuration can name.
 *
 * - `focal`, of the authors' released code: α(1 − p_t)^γ·BCE, averaged over entries. α does not depend
 *   on the class.
 * - `focal-balanced`, of the paper's eq. 16: α on positives, 1 − α on negatives, summed over labels and
 *   averaged over documents. At α = 0.999 a positive weighs 999 times a negative, so that probabilities
 *   are no longer calibrated to a threshold of 0.5.
 * - `bce`: binary cross-entropy, averaged over entries, whatever α and γ.
 */
export const LOSSES = ["focal", "focal-balanced", "bce"] as const;

/** A loss's name and constants, as a configuration has them. */
export interface LossOptions {
  readonly name: typeof LOSSES[number];
  /** α: weight of the loss, or in `focal-balanced` of the positives. */
  readonly alpha: number;
  /** γ ≥ 0: how much a confident entry is discounted, (1 − p_t)^γ. */
  readonly gamma: number;
}

/** A configuration's loss: that of each task, and how the tasks' are weighted. */
export interface LossConfig extends LossOptions {
  /** λ_d: the ICD branch's share of a two-task loss; CCS has the rest. */
  readonly icdWeight: number;
}

/** What each task's loss weighs (eq. 17): λ_d and λ_s of both tasks, 1 of a single one. */
export function taskWeights(tasks: readonly Task[], { icdWeight }: LossConfig): PerTask<number> {
  return tasks.length === 1 ? { icd: 1, ccs: 1 } : { icd: icdWeight, ccs: 1 - icdWeight };
}

/**
 * The loss that a configuration names.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { startEngine } from "./engine/engine.ts";
 * import { tf } from "./engine/tf.ts";
 *
 * await startEngine();
 * const focal = createLoss({ name: "focal", alpha: 1, gamma: 2 });
 * const loss = focal(tf.tensor2d([[0]]), tf.tensor2d([[1]]));
 * assert.ok(Math.abs(loss.dataSync()[0]! - 0.25 * Math.LN2) < 1e-6);
 * ```
 */
export function createLoss(options: LossOptions): Loss {
  return (logits, targets) => {
    const [documents, labels] = logits.shape as [number, number];
    return weightedFocal(logits, targets, focalTerms(options, documents, labels));
  };
}

/** What an entry costs: w_y (1 − p_t)^γ softplus(−z). The loss is the sum over entries. */
export interface FocalTerms {
  /** w of a target of 1. */
  readonly positive: number;
  /** w of a target of 0. */
  readonly negative: number;
  /** γ. */
  readonly gamma: number;
}

/** A loss's terms over [documents, labels] logits: whatever it averages over is in the weights. */
export function focalTerms(
  { name, alpha, gamma }: LossOptions,
  documents: number,
  labels: number,
): FocalTerms {
  const entries = documents * labels;
  switch (name) {
    case "bce":
      return { positive: 1 / entries, negative: 1 / entries, gamma: 0 };
    case "focal":
      return { positive: alpha / entries, negative: alpha / entries, gamma };
    case "focal-balanced":
      return { positive: alpha / documents, negative: (1 - alpha) / documents, gamma };
  }
}

/** The sum of what all entries cost. */
export function weightedFocal(
  logits: Tensor,
  targets: Tensor,
  { positive, negative, gamma }: FocalTerms,
): Scalar {
  const forward = () => {
    const sign = tf.sub(tf.mul(targets, 2), 1);
    const z = tf.mul(sign, logits); // [B, L]
    const cost = softplusOfNegative(z);
    const miss = tf.sigmoid(tf.neg(z)); // 1 − p_t
    const weight = tf.mul(
      tf.add(tf.mul(targets, positive - negative), negative),
      gamma === 0 ? 1 : tf.pow(miss, gamma),
    );
    // d/dz [(1 − p_t)^γ softplus(−z)] = −(1 − p_t)^γ [γ p_t softplus(−z) + (1 − p_t)]
    const slope = tf.add(tf.mul(tf.mul(tf.sigmoid(z), cost), gamma), miss);
    const gradient = tf.neg(tf.mul(tf.mul(weight, slope), sign));
    return { value: tf.sum(tf.mul(weight, cost)), saved: [gradient] };
  };
  return withGradient([logits], forward, (dy, [gradient]) => [tf.mul(gradient!, dy)]) as Scalar;
}

/** log(1 + e^−z), without the overflow of e^−z. */
function softplusOfNegative(z: Tensor): Tensor {
  return tf.add(tf.relu(tf.neg(z)), tf.log1p(tf.exp(tf.neg(tf.abs(z)))));
}
