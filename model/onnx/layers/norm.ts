/**
 * `layers/batch_norm.ts` and `layers/norm.ts` in ONNX.
 *
 * @module
 */
import { NORM_EPSILON } from "../../layers/norm.ts";
import type { Graph, Value } from "../graph.ts";
import { type GraphPositions, zeroPadded } from "../positions.ts";

/** Batch norm of [B, T, C] by its running statistics, not yet zero on padding. */
function running(g: Graph, scope: string, x: Value): Value {
  const [weight, bias, mean, variance] = ["weight", "bias", "running_mean", "running_var"]
    .map((name) => g.weight(`${scope}.${name}`));
  const deviation = g.node("Sqrt", [g.node("Add", [variance!, g.number(NORM_EPSILON)])]);
  const centred = g.node("Sub", [x, mean!]);
  const scaled = g.node("Mul", [centred, g.node("Div", [weight!, deviation])]);
  return g.node("Add", [scaled, bias!]);
}

/** Batch norm by its running statistics, followed by tanh where wanted; zero on padding. */
export function onnxBatchNorm(
  g: Graph,
  scope: string,
  x: Value,
  positions: GraphPositions,
  { tanh = false }: { readonly tanh?: boolean } = {},
): Value {
  const y = running(g, scope, x);
  return zeroPadded(g, tanh ? g.node("Tanh", [y]) : y, positions);
}

/** Group norm with one group: each document by all its real positions' channels; zero on padding. */
export function onnxGroupNorm(
  g: Graph,
  scope: string,
  x: Value,
  positions: GraphPositions,
): Value {
  const [weight, bias] = [g.weight(`${scope}.weight`), g.weight(`${scope}.bias`)];
  const [channels] = g.tensor(`${scope}.weight`).shape;
  const sum = (value: Value) => g.node("ReduceSum", [value, g.ints(1, 2)], { keepdims: 1 });
  const count = g.node("Mul", [sum(positions.mask), g.number(channels!)]); // [B, 1, 1]
  const mean = g.node("Div", [sum(zeroPadded(g, x, positions)), count]);
  const centred = zeroPadded(g, g.node("Sub", [x, mean]), positions);
  const variance = g.node("Div", [sum(g.node("Mul", [centred, centred])), count]);
  const deviation = g.node("Sqrt", [g.node("Add", [variance, g.number(NORM_EPSILON)])]);
  const normal = g.node("Div", [centred, deviation]);
  return zeroPadded(g, g.node("Add", [g.node("Mul", [normal, weight]), bias]), positions);
}

/** Layer norm over the last axis. */
export function onnxLayerNorm(g: Graph, scope: string, x: Value, epsilon: number): Value {
  const inputs = [x, g.weight(`${scope}.weight`), g.weight(`${scope}.bias`)];
  return g.node("LayerNormalization", inputs, { axis: -1, epsilon: { float: epsilon } });
}
