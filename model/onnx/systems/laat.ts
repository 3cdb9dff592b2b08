/**
 * `zoo/laat.ts` and `zoo/joint_laat.ts` in ONNX.
 *
 * @module
 */
import type { JointLaatOptions } from "../../zoo/joint_laat.ts";
import type { LaatOptions } from "../../zoo/laat.ts";
import type { Graph, Value } from "../graph.ts";
import { onnxEmbedding } from "../layers/embedding.ts";
import { onnxLabelAttention } from "../layers/label_attention.ts";
import { onnxLinear, onnxProduct } from "../layers/linear.ts";
import { onnxRecurrent } from "../layers/recurrent.ts";
import type { GraphBatch } from "../positions.ts";
import type { OnnxSystem } from "../system.ts";

/** The graph of LAAT. */
export const laatOnnx: OnnxSystem<LaatOptions> = (g, batch, { model, target }) => ({
  [target]: levelLogits(g, 0, encode(g, batch), batch, model),
});

/** JointLAAT: a projection of the first level's predictions joins what the second attended to. */
export const jointLaatOnnx: OnnxSystem<JointLaatOptions> = (g, batch, { model, target }) => {
  const states = encode(g, batch);
  const first = g.node("Sigmoid", [levelLogits(g, 0, states, batch, model)]);
  const projection = onnxLinear(g, "attention.projection_linears.0", first, { bias: false });
  const summary = g.node("Sigmoid", [projection]);
  const from = 2 * model.hidden;
  const fromFirst = onnxProduct(g, summary, columns(g, 1, from, from + model.projection));
  return { [target]: g.node("Add", [levelLogits(g, 1, states, batch, model), fromFirst]) };
};

/** Hidden states [B, T, 2u] of a batch. */
function encode(g: Graph, batch: GraphBatch): Value {
  const x = onnxEmbedding(g, "embedding.embeddings", batch);
  return onnxRecurrent(g, "LSTM", "rnn", x, batch).states;
}

/** Some columns, axis 1, of a level's W₃. */
function columns(g: Graph, level: number, from: number, to: number): Value {
  const weight = g.weight(`attention.third_linears.${level}.weight`);
  return g.node("Slice", [weight, g.ints(from), g.ints(to), g.ints(1)]);
}

/** Logits [B, L] of hidden states [B, T, 2u], by the first 2u columns of W₃. */
function levelLogits(
  g: Graph,
  level: number,
  states: Value,
  batch: GraphBatch,
  { hidden }: LaatOptions,
): Value {
  const first = `attention.first_linears.${level}`;
  return onnxLabelAttention(g, {
    features: states,
    keys: g.node("Tanh", [onnxLinear(g, first, states, { bias: false })]),
    query: g.weight(`attention.second_linears.${level}.weight`),
    score: columns(g, level, 0, 2 * hidden),
    bias: g.weight(`attention.third_linears.${level}.bias`),
  }, batch);
}
