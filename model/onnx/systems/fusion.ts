/**
 * `zoo/fusion.ts` in ONNX.
 *
 * @module
 */
import { NORM_EPSILON } from "../../layers/norm.ts";
import { camlNames, noBlocks } from "../../zoo/blocks.ts";
import { type FusionOptions, positionCodes } from "../../zoo/fusion.ts";
import { parseCounts } from "../../zoo/option_schemas.ts";
import type { Graph, Value } from "../graph.ts";
import { onnxConv } from "../layers/conv.ts";
import { onnxEmbedding } from "../layers/embedding.ts";
import { onnxLinear, onnxProduct } from "../layers/linear.ts";
import { onnxLayerNorm } from "../layers/norm.ts";
import { onnxSoftPool } from "../layers/pool.ts";
import { onnxResidualConv } from "../layers/residual_conv.ts";
import { onnxSelfAttention } from "../layers/self_attention.ts";
import {
  deriveGraphPositions,
  type GraphBatch,
  type GraphPositions,
  zeroPadded,
} from "../positions.ts";
import type { OnnxSystem } from "../system.ts";
import { onnxBlocks } from "./blocks.ts";

/** The graph of Fusion. */
export const fusionOnnx: OnnxSystem<FusionOptions> = (g, batch, { model, target, maxTokens }) => {
  const halves = deriveGraphPositions(
    g,
    batch,
    (length) => g.node("Div", [g.node("Add", [length, g.ints(1)]), g.ints(2)]),
  );
  const kernels = parseCounts(model.kernels);
  const width = kernels.length * model.filters; // D
  const x = onnxEmbedding(g, "word_rep.embed", batch);
  const channels = kernels.map((kernel) => channel(g, kernel, x, batch, halves));
  const joined = g.node("Concat", channels, { axis: 2 }); // [B, ⌈T/2⌉, D]
  const most = Math.ceil((maxTokens + 1) / 2); // the batch has a token of padding
  const codes = g.constant(positionCodes(most, width), [most, width]);
  const placed = g.node("Slice", [codes, g.ints(0), halves.width, g.ints(0)]);
  const sum = g.node("Add", [joined, placed]);
  const mixed = g.node("Tanh", [transform(g, sum, halves, { heads: model.heads, width })]);
  const features = { values: zeroPadded(g, mixed, halves), positions: halves };
  return onnxBlocks(g, features, camlNames("output_layer", noBlocks), { model: noBlocks, target });
};

function channel(
  g: Graph,
  kernel: number,
  x: Value,
  batch: GraphBatch,
  halves: GraphPositions,
): Value {
  const scope = `conv.channel-${kernel}`;
  const y = g.node("Tanh", [onnxConv(g, `${scope}.baseconv`, x, batch, { kernel, bias: true })]);
  const pooled = onnxSoftPool(g, `${scope}.basevonb-pool-0`, y, batch, halves);
  return onnxResidualConv(g, `${scope}.resconv-0`, pooled, halves, { kernel, norm: "group" });
}

/** One post-norm encoder layer. */
function transform(
  g: Graph,
  x: Value,
  positions: GraphPositions,
  { heads, width }: { readonly heads: number; readonly width: number },
): Value {
  const [attention, inner] = ["attention", "feed_forward"]
    .map((part) => `transfer.encoder_layers.0.${part}`);
  const linear = (name: string, x: Value) => onnxLinear(g, `${attention}.linear_${name}`, x);
  const inputs = { query: linear("q", x), key: linear("k", x), value: linear("v", x) };
  const mixed = onnxSelfAttention(g, inputs, positions, { heads, channels: width });
  const sum = g.node("Add", [x, linear("final", mixed)]);
  const middle = onnxLayerNorm(g, `${attention}.layer_norm`, sum, NORM_EPSILON);
  const widened = g.node("Relu", [pointwise(g, `${inner}.w1`, middle)]);
  const outer = g.node("Add", [middle, pointwise(g, `${inner}.w2`, widened)]);
  return onnxLayerNorm(g, `${inner}.layer_norm`, outer, NORM_EPSILON);
}

/** A convolution with one tap: `weight` [outputs, inputs, 1] and `bias`. */
function pointwise(g: Graph, scope: string, x: Value): Value {
  const weight = g.node("Squeeze", [g.weight(`${scope}.weight`), g.ints(2)]);
  return g.node("Add", [onnxProduct(g, x, weight), g.weight(`${scope}.bias`)]);
}
