/**
 * Label attention (paper §3.3, eqs. 12–15): every label reads the document through its own softmax.
 *
 * Legend: `B` documents, `T` tokens, `D` features, `C` values of a key, `L` labels. For features O, queries Q and scores W,
 * A = softmax over real tokens of O·Qᵀ, V = Aᵀ·O and logit = w·V + b.
 *
 * Where the project's kernels are loaded and labels are many, one kernel computes the logits, and where
 * the loss is known one computes loss and gradient together: the scores serve both, which makes 6
 * matrix products instead of 8. Everything else goes through plain operations, in tiles.
 *
 * @module
 */
import { withGradient } from "../engine/gradient.ts";
import { nativeKernels, nativeOp } from "../engine/kernels.ts";
import { type Scalar, type Tensor, tf, type Variable } from "../engine/tf.ts";
import { type FocalTerms, weightedFocal } from "../loss.ts";
import { uniform, xavierUniform } from "./initializers.ts";
import {
  type LabelAttentionInputs,
  maskedScores,
  tiledAttention,
} from "./label_attention_tiles.ts";
import type { Positions } from "./positions.ts";
import type { WeightScope } from "./weights.ts";

/** One branch's attention and its classifier. */
export interface LabelAttention {
  /** Logits [B, L] of features [B, T, D]. */
  logits(features: Tensor, batch: Positions): Tensor;
  /**
   * The loss of those logits against targets [B, L]. Where there are many labels the gradient is
   * computed with it: the scores, once computed, serve both.
   */
  loss(features: Tensor, batch: Positions, targets: Tensor, terms: FocalTerms): Scalar;
  /** The weight that each of `labels` gives each token, [B, labels, T]; 0 on padding. */
  attention(features: Tensor, batch: Positions, labels: Int32Array): Tensor;
  /** The classifier's rows, w [L, D]. */
  readonly score: Variable;
}

/** Names under which the weights are declared. */
export interface LabelAttentionNames {
  /** Of Q [L, D]; `query` by default. */
  readonly query?: string | undefined;
  /** Of w [L, D] and b [L]; `score` by default. */
  readonly score?: string | undefined;
}

/** Declares `query.weight`, `score.weight` and `score.bias` under `scope`. */
export function createLabelAttention(
  scope: WeightScope,
  width: number,
  labels: number,
  names: LabelAttentionNames = {},
): LabelAttention {
  const query = scope.scope(names.query ?? "query")
    .parameter("weight", [labels, width], xavierUniform);
  const classifier = scope.scope(names.score ?? "score");
  const score = classifier.parameter("weight", [labels, width], xavierUniform);
  // PyTorch draws a linear layer's bias from its weight's fan-in.
  const bias = classifier.parameter("bias", [labels], uniform(1 / Math.sqrt(width)));
  return {
    score,
    logits: (features, { mask }) => labelAttention({ features, query, score, bias, mask }),
    loss: (features, { mask }, targets, terms) =>
      labelAttentionLoss({ features, query, score, bias, mask }, targets, terms),
    attention: (features, { mask }, chosen) => attentionWeights(features, query, mask, chosen),
  };
}

/** A of `labels` alone, [B, labels, T], from keys [B, T, C] and queries [L, C]; 0 on padding. */
export function attentionWeights(
  keys: Tensor,
  query: Tensor,
  mask: Tensor,
  labels: Int32Array,
): Tensor {
  return tf.tidy(() => {
    const rows = tf.gather(query, tf.tensor1d(labels, "int32")); // [labels, C]
    const scores = maskedScores(keys, rows, mask); // [B, T, labels]
    return tf.softmax(tf.transpose(scores, [0, 2, 1]));
  });
}

/** From so many labels on, the native kernels keep all cores busy; they never leave the cache. */
const MANY_LABELS = 512;

/** Logits [B, L]. Differentiable in everything but the mask. */
export function labelAttention(inputs: LabelAttentionInputs): Tensor {
  const native = !inputs.keys && nativeKernels() && inputs.query.shape[0]! >= MANY_LABELS;
  return native ? nativeAttention(inputs) : tiledAttention(inputs);
}

function nativeAttention({ features, query, score, bias, mask }: LabelAttentionInputs): Tensor {
  return withGradient(
    [features, query, score, bias],
    () => {
      const inputs = [features, query, score, mask];
      const [means, normalizers] = nativeOp("LabelAttention", {}, inputs, 2)!;
      return { value: tf.add(means!, bias), saved: [...inputs, means!, normalizers!] };
    },
    (dy, [o, q, w, mask, means, normalizers]) => {
      const inputs = [o!, q!, w!, mask!, dy, means!, normalizers!];
      return [...nativeOp("LabelAttentionGradient", {}, inputs, 3)!, tf.sum(dy, 0)];
    },
  );
}

/** From so many labels on, the fused kernel is the faster one. */
const FUSED_LABELS = 128;

/** The loss of {@linkcode labelAttention}'s logits against targets [B, L]. Differentiable as they are. */
export function labelAttentionLoss(
  inputs: LabelAttentionInputs,
  targets: Tensor,
  terms: FocalTerms,
): Scalar {
  const { features, keys, query, score, bias, mask } = inputs;
  if (keys || !nativeKernels() || query.shape[0]! < FUSED_LABELS) {
    return tf.tidy(() => weightedFocal(labelAttention(inputs), targets, terms));
  }
  return withGradient([features, query, score, bias], () => {
    const weights = tf.tensor1d([terms.positive, terms.negative, terms.gamma]);
    const operands = [features, query, score, mask, bias, targets, weights];
    const [costs, dLogits, ...gradients] = nativeOp("LabelAttentionLoss", {}, operands, 5)!;
    return { value: tf.sum(costs!), saved: [...gradients, tf.sum(dLogits!, 0)] };
  }, (dy, gradients) => gradients.map((gradient) => tf.mul(gradient, dy))) as Scalar;
}
