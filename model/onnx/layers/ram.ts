/**
 * `layers/recalibrate.ts` in ONNX: the recalibrated aggregation module (paper §3.2, eqs. 4–11).
 *
 * @module
 */
import type { ConvOptions } from "../../layers/conv.ts";
import { defaultRamLayers, type RamOptions, ramWidenings } from "../../layers/recalibrate.ts";
import type { Graph, Value } from "../graph.ts";
import type { GraphPositions } from "../positions.ts";
import { onnxConv } from "./conv.ts";
import { onnxBatchNorm } from "./norm.ts";

/** Features [B, T, C] to features of the same shape. */
export function onnxRam(
  g: Graph,
  scope: string,
  x: Value,
  positions: GraphPositions,
  { up = "deconvolution", layers = defaultRamLayers }: Omit<RamOptions, "dropout">,
): Value {
  const block = (name: string, x: Value, options: ConvOptions) => {
    const layer = (part: keyof typeof layers) => `${scope}.${name}.${layers[part]}`;
    const first = onnxConv(g, layer("conv1"), x, positions, options);
    const middle = onnxBatchNorm(g, layer("bn1"), first, positions, { tanh: true });
    const second = onnxConv(g, layer("conv2"), middle, positions, options);
    return onnxBatchNorm(g, layer("bn2"), second, positions);
  };
  const narrow: ConvOptions = { kernel: 3 };
  const widen = ramWidenings[up];
  const d1 = block("down1", x, narrow); // [B, T, C/2], eq. 7
  const d2 = block("down2", d1, narrow); // [B, T, C/4], eq. 8
  const l = block("lateral", d2, narrow); // [B, T, C/4], eq. 9
  const u = g.node("Add", [block("up1", l, widen), d1]); // [B, T, C/2], eq. 10
  return g.node("Tanh", [g.node("Mul", [block("up2", u, widen), x])]); // [B, T, C], eq. 11
}
