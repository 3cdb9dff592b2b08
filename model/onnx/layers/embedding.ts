/**
 * `layers/embedding.ts` in ONNX.
 *
 * @module
 */
import type { Graph, Value } from "../graph.ts";
import { type GraphBatch, zeroPadded } from "../positions.ts";

/** Word vectors [B, T, E] of a batch, zero on padding. */
export function onnxEmbedding(g: Graph, scope: string, batch: GraphBatch): Value {
  const rows = g.node("Gather", [g.weight(`${scope}.weight`), batch.tokens]);
  return zeroPadded(g, rows, batch);
}
