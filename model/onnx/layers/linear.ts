/**
 * `layers/linear.ts` in ONNX.
 *
 * @module
 */
import type { Graph, Value } from "../graph.ts";

/** x·Wᵀ: [..., inputs] → [..., outputs]. */
export function onnxProduct(g: Graph, x: Value, weight: Value): Value {
  return g.node("MatMul", [x, g.node("Transpose", [weight], { perm: [1, 0] })]);
}

/** The layer of `weight` [outputs, inputs] and, unless told otherwise, `bias` [outputs]. */
export function onnxLinear(
  g: Graph,
  scope: string,
  x: Value,
  { bias = true }: { readonly bias?: boolean } = {},
): Value {
  const y = onnxProduct(g, x, g.weight(`${scope}.weight`));
  return bias ? g.node("Add", [y, g.weight(`${scope}.bias`)]) : y;
}
