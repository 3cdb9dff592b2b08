/**
 * `layers/label_attention.ts` in ONNX (paper §3.3, eqs. 12–15).
 *
 * Legend: `B` documents, `P` positions, `D` features, `C` values of a key, `L` labels.
 *
 * @module
 */
import type { Graph, Value } from "../graph.ts";
import { type GraphPositions, paddingPenalty } from "../positions.ts";
import { onnxProduct } from "./linear.ts";

/** What a label attention reads. */
export interface OnnxAttentionInputs {
  /** [B, P, D]. */
  readonly features: Value;
  /** [B, P, C]; the features themselves by default. */
  readonly keys?: Value | undefined;
  /** [L, C]. */
  readonly query: Value;
  /** [L, D]. */
  readonly score: Value;
  /** [L]. */
  readonly bias: Value;
}

/** Logits [B, L]: each label's mean of its scores of the positions, by a softmax over these. */
export function onnxLabelAttention(
  g: Graph,
  { features, keys = features, query, score, bias }: OnnxAttentionInputs,
  positions: GraphPositions,
): Value {
  const penalized = g.node("Add", [onnxProduct(g, keys, query), paddingPenalty(g, positions)]);
  const attention = g.node("Softmax", [penalized], { axis: 1 }); // [B, P, L]
  const scores = g.node("Mul", [attention, onnxProduct(g, features, score)]);
  const sums = g.node("ReduceSum", [scores, g.ints(1)], { keepdims: 0 });
  return g.node("Add", [sums, bias]);
}
