/**
 * `layers/conv.ts` in ONNX.
 *
 * @module
 */
import type { ConvOptions } from "../../layers/conv.ts";
import type { Graph, Value } from "../graph.ts";
import { type GraphPositions, zeroPadded } from "../positions.ts";

/** x [B, T, I], zero on padding, to [B, T + 2·padding − K + 1, O]; `outputs` says which are real. */
export function onnxConv(
  g: Graph,
  scope: string,
  x: Value,
  outputs: GraphPositions,
  options: Omit<ConvOptions, "initializer">,
): Value {
  const { kernel, padding = Math.floor((kernel - 1) / 2), bias, transposed } = options;
  const channelsFirst = g.node("Transpose", [x], { perm: [0, 2, 1] });
  const inputs = [channelsFirst, g.weight(`${scope}.weight`)];
  if (bias) inputs.push(g.weight(`${scope}.bias`));
  const operator = transposed ? "ConvTranspose" : "Conv"; // stride 1: as many outputs either way
  const y = g.node(operator, inputs, { kernel_shape: [kernel], pads: [padding, padding] });
  return zeroPadded(g, g.node("Transpose", [y], { perm: [0, 2, 1] }), outputs);
}
