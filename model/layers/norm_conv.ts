/**
 * Batch norm, tanh and convolution as one layer: only its input is kept for the backward pass, where
 * the normalised values are computed again.
 *
 * @module
 */
import { withGradient } from "../engine/gradient.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { declareBatchNorm, differentiateNorm, normalize } from "./batch_norm.ts";
import { convolve, type ConvOptions, declareFilter, differentiateConv, windowOf } from "./conv.ts";
import type { Mode, Positions } from "./positions.ts";
import type { WeightScope } from "./weights.ts";

/** Where the layer's two parts declare their weights. */
export interface NormConvScopes {
  /** `weight`, `bias` and the running statistics of the batch norm. */
  readonly norm: WeightScope;
  /** `weight` of the convolution. */
  readonly conv: WeightScope;
}

/** Declares the layer: [B, T, inputs] to [B, T, outputs], zero on padding. */
export function createNormTanhConv(
  scopes: NormConvScopes,
  inputs: number,
  outputs: number,
  options: ConvOptions,
): (x: Tensor, batch: Positions, mode: Mode) => Tensor {
  const prepare = declareBatchNorm(scopes.norm, inputs, true);
  const filter = declareFilter(scopes.conv, inputs, outputs, options);
  return (x, batch, mode) =>
    tf.tidy(() => {
      const norm = prepare(x, batch.mask, mode);
      const taps = filter.taps();
      const window = windowOf(x, batch, filter);
      return withGradient(
        [x, norm.weight, norm.bias, taps],
        () => ({
          value: convolve(normalize(x, batch.mask, norm), taps, window),
          saved: [x, batch.mask, norm.mean, norm.deviation, taps, window.before, window.after],
        }),
        (dy, [x, mask, mean, deviation, taps, before, after]) => {
          const own = { ...norm, mean: mean!, deviation: deviation! };
          const [dInner, dTaps] = tf.tidy(() => {
            const inner = normalize(x!, mask!, own);
            const around = { ...window, before: before!, after: after! };
            return differentiateConv(dy, inner, taps!, around);
          });
          return [...differentiateNorm(dInner!, x!, mask!, own), dTaps!];
        },
      );
    });
}
