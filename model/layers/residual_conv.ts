/**
 * The residual convolutional block of Li and Yu (2020) and, with group norm, of Luo et al. (2021).
 *
 * Legend: `B` documents, `P` positions, `C` channels.
 *
 * @module
 */
import { type Tensor, tf } from "../engine/tf.ts";
import { createBatchNorm } from "./batch_norm.ts";
import { createConv } from "./conv.ts";
import { createGroupNorm } from "./norm.ts";
import type { Mode, Positions } from "./positions.ts";
import type { WeightScope } from "./weights.ts";

/** [B, P, inputs] → [B, P, outputs], both zero on padding. */
export type ResidualConv = (x: Tensor, positions: Positions, mode: Mode) => Tensor;

/** What a residual block is made of. */
export interface ResidualConvOptions {
  /** Taps of the two convolutions: odd, so that positions stay. */
  readonly kernel: number;
  /** Batch norm, or group norm with one group. */
  readonly norm: "batch" | "group";
}

/**
 * tanh(norm(conv(tanh(norm(conv(x))))) + norm(conv₁ₓ₁(x))). Declares `left.{0,3}.weight`,
 * `shortcut.0.weight` and the norms `left.{1,4}` and `shortcut.1`.
 */
export function createResidualConv(
  scope: WeightScope,
  inputs: number,
  outputs: number,
  { kernel, norm }: ResidualConvOptions,
): ResidualConv {
  const layer = (side: string, at: number, channels: number, taps: number, tanh: boolean) => {
    const branch = scope.scope(side);
    const convolve = createConv(branch.scope(`${at}`), channels, outputs, { kernel: taps });
    const normalize = createNorm(branch.scope(`${at + 1}`), outputs, norm, tanh);
    return (x: Tensor, positions: Positions, mode: Mode) =>
      normalize(convolve(x, positions), positions, mode);
  };
  const first = layer("left", 0, inputs, kernel, true);
  const second = layer("left", 3, outputs, kernel, false);
  const shortcut = layer("shortcut", 0, inputs, 1, false);
  return (x, positions, mode) => {
    const left = second(first(x, positions, mode), positions, mode);
    return tf.tanh(tf.add(left, shortcut(x, positions, mode)));
  };
}

function createNorm(
  scope: WeightScope,
  channels: number,
  norm: "batch" | "group",
  tanh: boolean,
): (x: Tensor, positions: Positions, mode: Mode) => Tensor {
  if (norm === "batch") {
    const normalize = createBatchNorm(scope, channels, { tanh });
    return (x, { mask }, mode) => normalize(x, mask, mode);
  }
  const normalize = createGroupNorm(scope, channels);
  return (x, { mask }) => tanh ? tf.tanh(normalize(x, mask)) : normalize(x, mask);
}
