/**
 * Batch norm whose result gates other features (paper eq. 11): tanh(norm(x) ⊙ features). Only the two
 * inputs are kept for the backward pass, where the normalised values are computed again.
 *
 * @module
 */
import { withGradient } from "../engine/gradient.ts";
import { nativeOp } from "../engine/kernels.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { declareBatchNorm, differentiateNorm, normalize } from "./batch_norm.ts";
import type { Mode, Positions } from "./positions.ts";
import type { WeightScope } from "./weights.ts";

/** Gates features by x, both [B, T, C]; zero on padding. */
export type NormGate = (x: Tensor, features: Tensor, batch: Positions, mode: Mode) => Tensor;

/** Declares the batch norm's weights. */
export function createNormGate(scope: WeightScope, channels: number): NormGate {
  const prepare = declareBatchNorm(scope, channels, false);
  return (x, features, { mask }, mode) =>
    tf.tidy(() => {
      const norm = prepare(x, mask, mode);
      return withGradient(
        [x, norm.weight, norm.bias, features],
        () => ({
          value: gate(normalize(x, mask, norm), features),
          saved: [x, features, mask, norm.mean, norm.deviation],
        }),
        (dy, [x, features, mask, mean, deviation]) => {
          const own = { ...norm, mean: mean!, deviation: deviation! };
          const [dNormal, dFeatures] = tf.tidy(() =>
            differentiateGate(dy, normalize(x!, mask!, own), features!)
          );
          return [...differentiateNorm(dNormal!, x!, mask!, own), dFeatures!];
        },
      );
    });
}

/** tanh(a ⊙ b). */
function gate(a: Tensor, b: Tensor): Tensor {
  return nativeOp("Gate", {}, [a, b], 1)?.[0] ?? tf.tanh(tf.mul(a, b));
}

function differentiateGate(dy: Tensor, a: Tensor, b: Tensor): Tensor[] {
  const gradients = nativeOp("GateGradient", {}, [dy, a, b], 2);
  if (gradients) return gradients;
  const upstream = tf.mul(dy, tf.sub(1, tf.square(tf.tanh(tf.mul(a, b)))));
  return [tf.mul(upstream, b), tf.mul(upstream, a)];
}
