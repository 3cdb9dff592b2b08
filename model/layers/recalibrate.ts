/**
 * The Recalibrated Aggregation Module (paper §3.2, eqs. 4–11): features are squeezed to a quarter of
 * their width, smoothed, brought back, and gate the features that they came from.
 *
 * Legend: `B` documents, `T` tokens, `C` channels.
 *
 * @module
 */
import { type Tensor, tf } from "../engine/tf.ts";
import { createBatchNorm } from "./batch_norm.ts";
import { type ConvOptions, createConv } from "./conv.ts";
import { dropout, dropoutSeeds } from "./dropout.ts";
import { createNormTanhConv } from "./norm_conv.ts";
import { createNormGate } from "./norm_gate.ts";
import type { Mode, Positions } from "./positions.ts";
import type { WeightScope } from "./weights.ts";

/** Features [B, T, C] to features of the same shape, zero on padding as they are. */
export type TokenLayer = (x: Tensor, batch: Positions, mode: Mode) => Tensor;

/** Names of a block's four layers, in their order. */
export interface RamLayers {
  readonly conv1: string;
  readonly bn1: string;
  readonly conv2: string;
  readonly bn2: string;
}

/** Their names where a system has none of its own. */
export const defaultRamLayers: RamLayers = {
  conv1: "conv1",
  bn1: "bn1",
  conv2: "conv2",
  bn2: "bn2",
};

/** How features can be widened again. */
export const RAM_UPS = ["deconvolution", "linear"] as const;

/** Transposed convolutions, or what the paper's footnote 2 compares them with: maps of each token alone. */
export type RamUp = typeof RAM_UPS[number];

/** What a module may be given beside its width. */
export interface RamOptions {
  /** Share of the output dropped in training. */
  readonly dropout: number;
  /** How features are widened again; by transposed convolutions by default. */
  readonly up?: RamUp | undefined;
  /** `conv1`, `bn1`, `conv2` and `bn2` by default. */
  readonly layers?: RamLayers | undefined;
}

/** A block that narrows or smooths. */
const convolution: ConvOptions = { kernel: 3 };

/** What a block that widens convolves with. */
export const ramWidenings: { readonly [up in RamUp]: ConvOptions } = {
  deconvolution: { kernel: 3, transposed: true },
  linear: { kernel: 1 },
};

/**
 * Declares `down1`, `down2`, `lateral`, `up1` and `up2`, each a block of four layers.
 *
 * @param width channels, C; halves and quarters are rounded down.
 */
export function createRam(
  scope: WeightScope,
  width: number,
  { dropout: rate, up = "deconvolution", layers = defaultRamLayers }: RamOptions,
): TokenLayer {
  const half = Math.floor(width / 2);
  const quarter = Math.floor(half / 2);
  const widening = ramWidenings[up];
  const down1 = createBlock(scope.scope("down1"), width, half, convolution, layers);
  const down2 = createBlock(scope.scope("down2"), half, quarter, convolution, layers);
  const lateral = createBlock(scope.scope("lateral"), quarter, quarter, convolution, layers);
  const up1 = createBlock(scope.scope("up1"), quarter, half, widening, layers);
  const up2 = createConvs(scope.scope("up2"), half, width, widening, layers);
  const gate = createNormGate(scope.scope("up2").scope(layers.bn2), width);
  return (x, batch, mode) =>
    tf.tidy(() => {
      const d1 = down1(x, batch, mode); // [B, T, C/2], eq. 7
      const d2 = down2(d1, batch, mode); // [B, T, C/4], eq. 8
      const l = lateral(d2, batch, mode); // [B, T, C/4], eq. 9
      const u = tf.add(up1(l, batch, mode), d1); // [B, T, C/2], eq. 10
      const o = gate(up2(u, batch, mode), x, batch, mode); // [B, T, C], eq. 11
      return mode.training ? dropout(o, rate, dropoutSeeds(mode, "dropout ram")) : o;
    });
}

/** Convolution, batch norm, tanh, convolution, batch norm; the first convolution sets the width. */
function createBlock(
  scope: WeightScope,
  inputs: number,
  outputs: number,
  conv: ConvOptions,
  layers: RamLayers,
): TokenLayer {
  const convs = createConvs(scope, inputs, outputs, conv, layers);
  const normalize = createBatchNorm(scope.scope(layers.bn2), outputs);
  return (x, batch, mode) => tf.tidy(() => normalize(convs(x, batch, mode), batch.mask, mode));
}

/** A block without its last batch norm. */
function createConvs(
  scope: WeightScope,
  inputs: number,
  outputs: number,
  conv: ConvOptions,
  layers: RamLayers,
): TokenLayer {
  const conv1 = createConv(scope.scope(layers.conv1), inputs, outputs, conv);
  const scopes = { norm: scope.scope(layers.bn1), conv: scope.scope(layers.conv2) };
  const normTanhConv2 = createNormTanhConv(scopes, outputs, outputs, conv);
  return (x, batch, mode) => tf.tidy(() => normTanhConv2(conv1(x, batch), batch, mode));
}
