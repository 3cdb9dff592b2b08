/**
 * `layers/self_attention.ts` in ONNX.
 *
 * Legend: `B` documents, `P` positions, `C` channels.
 *
 * @module
 */
import type { Graph, Value } from "../graph.ts";
import { type GraphPositions, paddingPenalty } from "../positions.ts";

/** Query, key and value [B, P, C] → [B, P, C]; padding is attended to by nobody. */
export function onnxSelfAttention(
  g: Graph,
  { query, key, value }: Readonly<Record<"query" | "key" | "value", Value>>,
  positions: GraphPositions,
  { heads, channels }: { readonly heads: number; readonly channels: number },
): Value {
  const size = channels / heads;
  const split = (x: Value, perm: readonly number[]) =>
    g.node("Transpose", [g.node("Reshape", [x, g.ints(0, 0, heads, size)])], { perm });
  const products = g.node("MatMul", [split(query, [0, 2, 1, 3]), split(key, [0, 2, 3, 1])]);
  const scores = g.node("Mul", [products, g.number(1 / Math.sqrt(size))]);
  const penalty = g.node("Transpose", [paddingPenalty(g, positions)], { perm: [0, 2, 1] });
  const open = g.node("Add", [scores, g.node("Unsqueeze", [penalty, g.ints(1)])]);
  const shares = g.node("Softmax", [open], { axis: -1 });
  const mixed = g.node("MatMul", [shares, split(value, [0, 2, 1, 3])]); // [B, heads, P, size]
  const joined = g.node("Transpose", [mixed], { perm: [0, 2, 1, 3] });
  return g.node("Reshape", [joined, g.ints(0, 0, channels)]);
}
