/**
 * `layers/residual_conv.ts` in ONNX.
 *
 * @module
 */
import type { ResidualConvOptions } from "../../layers/residual_conv.ts";
import type { Graph, Value } from "../graph.ts";
import type { GraphPositions } from "../positions.ts";
import { onnxConv } from "./conv.ts";
import { onnxBatchNorm, onnxGroupNorm } from "./norm.ts";

/** [B, P, inputs] → [B, P, outputs], both zero on padding. */
export function onnxResidualConv(
  g: Graph,
  scope: string,
  x: Value,
  positions: GraphPositions,
  { kernel, norm }: ResidualConvOptions,
): Value {
  const normalize = norm === "batch" ? onnxBatchNorm : onnxGroupNorm;
  const layer = (side: string, at: number, x: Value, taps: number) => {
    const y = onnxConv(g, `${scope}.${side}.${at}`, x, positions, { kernel: taps });
    return normalize(g, `${scope}.${side}.${at + 1}`, y, positions);
  };
  const first = g.node("Tanh", [layer("left", 0, x, kernel)]);
  const left = layer("left", 3, first, kernel);
  return g.node("Tanh", [g.node("Add", [left, layer("shortcut", 0, x, 1)])]);
}
