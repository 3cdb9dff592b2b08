/**
 * Which positions of a padded sequence are real, as values of an ONNX graph: what
 * `layers/positions.ts` is to a model.
 *
 * Legend: `B` documents, `P` positions.
 *
 * @module
 */
import { PADDING_PENALTY } from "../layers/positions.ts";
import type { Graph, Value } from "./graph.ts";
import { ELEMENT_TYPES } from "./schema.ts";

/** How far each document reaches in a padded sequence. */
export interface GraphPositions {
  /** [B] int64, each at least 1. */
  readonly lengths: Value;
  /** Padded width, P: [1] int64. */
  readonly width: Value;
  /** [B, P, 1] float32: 1 on real positions, 0 on padding. */
  readonly mask: Value;
}

/** What a system reads: documents of token ids, padding included. */
export interface GraphBatch extends GraphPositions {
  /** [B, P] int64. */
  readonly tokens: Value;
}

/** Positions of documents of these lengths, padded to that width. */
function graphPositions(g: Graph, lengths: Value, width: Value): GraphPositions {
  const end = g.node("Squeeze", [width, g.ints(0)]);
  const places = g.node("Range", [g.int(0), end, g.int(1)]); // [P]
  const real = g.node("Less", [places, g.node("Unsqueeze", [lengths, g.ints(1)])]); // [B, P]
  const mask = g.node("Unsqueeze", [
    g.node("Cast", [real], { to: ELEMENT_TYPES.float }),
    g.ints(2),
  ]);
  return { lengths, width, mask };
}

/** Positions of a sequence that is derived from another: `lengthOf` takes lengths and the width. */
export function deriveGraphPositions(
  g: Graph,
  { lengths, width }: GraphPositions,
  lengthOf: (length: Value) => Value,
): GraphPositions {
  return graphPositions(g, lengthOf(lengths), lengthOf(width));
}

/**
 * The inputs of every exported system, `tokens` and `lengths`: documents are cut at `maxTokens`, as the
 * run cuts them, and get a token of padding, which is all that one without tokens has.
 */
export function graphBatch(g: Graph, maxTokens: number): GraphBatch {
  const given = g.input("tokens", "int64", ["documents", "tokens"]);
  const sizes = g.input("lengths", "int64", ["documents"]);
  const cut = g.node("Slice", [given, g.ints(0), g.ints(maxTokens), g.ints(1)]);
  const most = g.node("Shape", [cut], { start: 1, end: 2 });
  const tokens = g.node("Pad", [cut, g.ints(0, 0, 0, 1)]);
  const width = g.node("Shape", [tokens], { start: 1, end: 2 });
  const lengths = g.node("Max", [g.node("Min", [sizes, most]), g.ints(1)]);
  return { tokens, ...graphPositions(g, lengths, width) };
}

/** x [B, P, C] with zeros on padding. */
export function zeroPadded(g: Graph, x: Value, { mask }: GraphPositions): Value {
  return g.node("Mul", [x, mask]);
}

/** x [B, P, C] with so many more positions of zeros, [1] int64, behind its own. */
export function padBehind(g: Graph, x: Value, positions: Value): Value {
  const pads = g.node("Concat", [g.ints(0, 0, 0, 0), positions, g.ints(0)], { axis: 0 });
  return g.node("Pad", [x, pads]);
}

/** What is added to scores so that padding takes no part in a softmax or a maximum: [B, P, 1]. */
export function paddingPenalty(g: Graph, { mask }: GraphPositions): Value {
  return g.node("Mul", [g.node("Sub", [mask, g.number(1)]), g.number(PADDING_PENALTY)]);
}
