/**
 * The Recalibrated Aggregation Module (paper §3.2, eqs. 4–11): features are squeezed to a quarter of
 * their width, smoothed, brought back, and gate the features that they came from.
 *
 * Legend: `B` documents, `T` tokens, `C` channels.
 *
 * @module
 */
import { deriveSeed } from "../../pipeline/random.ts";
import { nativeOp } from "../engine/native.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { xavierUniform } from "../initializers.ts";
import type { Mode, Positions } from "../model.ts";
import type { Initializer, WeightScope } from "../weights.ts";
import { createBatchNorm } from "./batch_norm.ts";
import { createConv } from "./conv.ts";
import { dropout } from "./dropout.ts";
import { withGradient } from "./gradient.ts";

/** Features [B, T, C] to features of the same shape, zero on padding as they are. */
export type TokenLayer = (x: Tensor, batch: Positions, mode: Mode) => Tensor;

/** Names of a block's layers, and how its convolutions start. */
export interface RamNames {
  /** First convolution. */
  readonly conv1: string;
  /** First batch norm. */
  readonly bn1: string;
  /** Second convolution. */
  readonly conv2: string;
  /** Second batch norm. */
  readonly bn2: string;
  /** First values of the convolutions; Xavier-uniform by default. */
  readonly initializer?: Initializer;
}

const marnNames: RamNames = { conv1: "conv1", bn1: "bn1", conv2: "conv2", bn2: "bn2" };

/**
 * Declares `down1`, `down2`, `lateral`, `up1` and `up2`, each with the four layers of `names`.
 *
 * @param width channels, C; halves and quarters are rounded down.
 * @param rate share of the output dropped in training.
 * @param names `conv1`, `bn1`, `conv2` and `bn2` by default.
 */
export function createRam(
  scope: WeightScope,
  width: number,
  rate: number,
  names: RamNames = marnNames,
): TokenLayer {
  const half = Math.floor(width / 2), quarter = Math.floor(half / 2);
  const down1 = createBlock(scope.scope("down1"), width, half, "down", names);
  const down2 = createBlock(scope.scope("down2"), half, quarter, "down", names);
  const lateral = createBlock(scope.scope("lateral"), quarter, quarter, "lateral", names);
  const up1 = createBlock(scope.scope("up1"), quarter, half, "up", names);
  const up2 = createBlock(scope.scope("up2"), half, width, "up", names);
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
  names: RamNames,
): TokenLayer {
  const initializer = names.initializer ?? xavierUniform;
  const options = { kernel: 3, transposed: kind === "up", initializer };
  const conv1 = createConv(scope.scope(names.conv1), inputs, outputs, options);
  const normalizeTanh = createBatchNorm(scope.scope(names.bn1), outputs, { tanh: true });
  const conv2 = createConv(scope.scope(names.conv2), outputs, outputs, options);
  const normalize = createBatchNorm(scope.scope(names.bn2), outputs);
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
    () => ({
      value: nativeOp("Gate", {}, [a, b], 1)?.[0] ?? tf.tanh(tf.mul(a, b)),
      saved: [a, b],
    }),
    (dy, [a, b]) => {
      const gradients = nativeOp("GateGradient", {}, [dy, a!, b!], 2);
      if (gradients) return gradients;
      const upstream = tf.mul(dy, tf.sub(1, tf.square(tf.tanh(tf.mul(a!, b!)))));
      return [tf.mul(upstream, b!), tf.mul(upstream, a!)];
    },
  );
}
