/**
 * `layers/recurrence/recurrent.ts` in ONNX, whose gates stand in another order than PyTorch's.
 *
 * Legend: `B` documents, `T` tokens, `E` input size, `H` hidden units, `G` gates.
 *
 * @module
 */
import type { Graph, Value } from "../graph.ts";
import { type GraphPositions, zeroPadded } from "../positions.ts";
import { ELEMENT_TYPES } from "../schema.ts";

/** Places among PyTorch's gates of ONNX's, in ONNX's order. */
const GATES = {
  GRU: [1, 0, 2], // update, reset, new of reset, update, new
  LSTM: [0, 3, 1, 2], // input, output, forget, cell of input, forget, cell, output
} as const;

/** What both directions of a layer give. */
export interface RecurrentStates {
  /** [B, T, 2H], zero on padding. */
  readonly states: Value;
  /** Each direction's after its last step, [B, 2H]. */
  readonly final: Value;
}

/** A bidirectional layer over x [B, T, E]; each document is read by its own length. */
export function onnxRecurrent(
  g: Graph,
  kind: keyof typeof GATES,
  scope: string,
  x: Value,
  positions: GraphPositions,
): RecurrentStates {
  const hidden = g.tensor(`${scope}.weight_hh_l0`).shape[1]!;
  const stack = (...stems: readonly string[]) => stackDirections(g, kind, scope, stems);
  const [sequence, final] = g.nodes(
    kind,
    [
      g.node("Transpose", [x], { perm: [1, 0, 2] }),
      stack("weight_ih_l0"),
      stack("weight_hh_l0"),
      stack("bias_ih_l0", "bias_hh_l0"),
      g.node("Cast", [positions.lengths], { to: ELEMENT_TYPES.int32 }),
    ],
    {
      hidden_size: hidden,
      direction: "bidirectional",
      linear_before_reset: kind === "GRU" ? 1 : undefined,
    },
    2,
  ) as [Value, Value]; // [T, 2, B, H] and [2, B, H]
  const byDocument = g.node("Transpose", [sequence], { perm: [2, 0, 1, 3] });
  const states = g.node("Reshape", [byDocument, g.ints(0, 0, 2 * hidden)]);
  const last = g.node("Transpose", [final], { perm: [1, 0, 2] });
  return {
    states: zeroPadded(g, states, positions),
    final: g.node("Reshape", [last, g.ints(0, 2 * hidden)]),
  };
}

/** Weights of both directions, [2, G·H, …], rows in ONNX's order; biases follow each other. */
function stackDirections(
  g: Graph,
  kind: keyof typeof GATES,
  scope: string,
  stems: readonly string[],
): Value {
  const parts = ["", "_reverse"].flatMap((suffix) => stems.map((stem) => `${stem}${suffix}`))
    .map((name) => g.tensor(`${scope}.${name}`));
  const gate = parts[0]!.data.length / GATES[kind].length;
  const values = parts.flatMap(({ data }) =>
    GATES[kind].map((place) => (data as Float32Array).subarray(place * gate, (place + 1) * gate))
  );
  const joined = new Float32Array(values.length * gate);
  values.forEach((rows, at) => joined.set(rows, at * gate));
  const [rows, ...width] = parts[0]!.shape;
  return g.constant(joined, [2, rows! * stems.length, ...width]);
}
