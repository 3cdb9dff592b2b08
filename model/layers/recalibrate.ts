/**
 * The Recalibrated Aggregation Module (paper §3.2, eqs. 4–11): features are squeezed to a quarter of
 * their width, smoothed, brought back, and gate the features that they came from.
 *
 * Legend: `B` documents, `T` tokens, `C` channels.
 *
 * @module
 */
import { deriveSeed } from "../../pipeline/random.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import type { Mode, TokenBatch } from "../model.ts";
import type { WeightScope } from "../weights.ts";
import { createBatchNorm } from "./batch_norm.ts";
import { createConv } from "./conv.ts";
import { dropout } from "./dropout.ts";
import { withGradient } from "./gradient.ts";

/** Features [B, T, C] to features of the same shape, zero on padding as they are. */
export type TokenLayer = (x: Tensor, batch: TokenBatch, mode: Mode) => Tensor;

/**
 * Declares `down1`, `down2`, `lateral`, `up1` and `up2`, each with `conv1`, `bn1`, `conv2`, `bn2`.
 *
 * @param width channels, C: a multiple of 4.
 * @param rate share of the output dropped in training.
 */
export function createRam(scope: WeightScope, width: number, rate: number): TokenLayer {
  const half = width / 2, quarter = width / 4;
  const down1 = createBlock(scope.scope("down1"), width, half, "down");
  const down2 = createBlock(scope.scope("down2"), half, quarter, "down");
  const lateral = createBlock(scope.scope("lateral"), quarter, quarter, "lateral");
  const up1 = createBlock(scope.scope("up1"), quarter, half, "up");
  const up2 = createBlock(scope.scope("up2"), half, width, "up");
  return (x, batch, mode) =>
    tf.tidy(() => {
      const d1 = down1(x, batch, mode); // [B, T, C/2], eq. 7
      const d2 = down2(d1, batch, mode); // [B, T, C/4], eq. 8
      const l = lateral(d2, batch, mode); // eq. 9
      const u = tf.add(up1(l, batch, mode), d1); // [B, T, C/2], eq. 10
      const o = tanhOfProduct(up2(u, batch, mode), x); // [B, T, C], eq. 11
      return mode.training ? dropout(o, rate, deriveSeed(mode.seed, "dropout ram")) : o;
    });
}

/** Convolution, batch norm, tanh, convolution, batch norm; the first convolution sets the width. */
function createBlock(
  scope: WeightScope,
  inputs: number,
  outputs: number,
  kind: "down" | "lateral" | "up",
): TokenLayer {
  const options = { kernel: 3, transposed: kind === "up" };
  const conv1 = createConv(scope.scope("conv1"), inputs, outputs, options);
  const normalizeTanh = createBatchNorm(scope.scope("bn1"), outputs, { tanh: true });
  const conv2 = createConv(scope.scope("conv2"), outputs, outputs, options);
  const normalize = createBatchNorm(scope.scope("bn2"), outputs);
  return (x, batch, mode) =>
    tf.tidy(() => {
      const inner = normalizeTanh(conv1(x, batch), batch.mask, mode);
      return normalize(conv2(inner, batch), batch.mask, mode);
    });
}

/** tanh(a ⊙ b), of which only a and b are kept: both are there already. */
function tanhOfProduct(a: Tensor, b: Tensor): Tensor {
  return withGradient(
    [a, b],
    () => ({ value: tf.tanh(tf.mul(a, b)), saved: [a, b] }),
    (dy, [a, b]) => {
      const upstream = tf.mul(dy, tf.sub(1, tf.square(tf.tanh(tf.mul(a!, b!)))));
      return [tf.mul(upstream, b!), tf.mul(upstream, a!)];
    },
  );
}
