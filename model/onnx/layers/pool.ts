/**
 * `layers/max_pool.ts` and `layers/soft_pool.ts` in ONNX.
 *
 * Legend: `B` documents, `P` positions, `C` channels.
 *
 * @module
 */
import type { Graph, Value } from "../graph.ts";
import { type GraphPositions, padBehind, paddingPenalty } from "../positions.ts";

/** The largest value of each channel over real positions: [B, P, C] → [B, C]. */
export function onnxMaxPool(g: Graph, x: Value, positions: GraphPositions): Value {
  const open = g.node("Add", [x, paddingPenalty(g, positions)]);
  return g.node("ReduceMax", [open], { axes: [1], keepdims: 0 });
}

/** Neighbours merged in pairs by a softmax over a learned score: [B, P, C] → [B, halves.width, C]. */
export function onnxSoftPool(
  g: Graph,
  scope: string,
  x: Value,
  { width }: GraphPositions,
  halves: GraphPositions,
): Value {
  const [, channels] = g.tensor(`${scope}.att_conv.0.weight`).shape; // [1, C, 1]
  const missing = g.node("Sub", [g.node("Mul", [halves.width, g.ints(2)]), width]);
  const even = padBehind(g, x, missing);
  const score = g.node("Reshape", [g.weight(`${scope}.att_conv.0.weight`), g.ints(channels!, 1)]);
  const pairs = (value: Value, size: number) => {
    const paired = g.node("Reshape", [value, g.ints(0, -1, 2, size)]);
    const sideOf = (side: 0 | 1) => g.node("Gather", [paired, g.int(side)], { axis: 2 });
    return [sideOf(0), sideOf(1)] as const;
  };
  const [scoreLeft, scoreRight] = pairs(g.node("MatMul", [even, score]), 1);
  const [left, right] = pairs(even, channels!);
  const share = g.node("Sigmoid", [g.node("Sub", [scoreLeft, scoreRight])]);
  return g.node("Add", [right, g.node("Mul", [share, g.node("Sub", [left, right])])]);
}
