/**
 * `zoo/multi_res_cnn.ts` in ONNX.
 *
 * @module
 */
import { camlNames } from "../../zoo/blocks.ts";
import type { MultiResCnnOptions } from "../../zoo/multi_res_cnn.ts";
import { parseCounts } from "../../zoo/option_schemas.ts";
import { onnxConv } from "../layers/conv.ts";
import { onnxEmbedding } from "../layers/embedding.ts";
import { onnxResidualConv } from "../layers/residual_conv.ts";
import type { OnnxSystem } from "../system.ts";
import { onnxBlocks } from "./blocks.ts";

/** The graph of MultiResCNN, with the paper's blocks where the run has them. */
export const multiResCnnOnnx: OnnxSystem<MultiResCnnOptions> = (g, batch, settings) => {
  const x = onnxEmbedding(g, "word_rep.embed", batch);
  const channels = parseCounts(settings.model.kernels).map((kernel) => {
    const scope = `conv.channel-${kernel}`;
    const y = g.node("Tanh", [onnxConv(g, `${scope}.baseconv`, x, batch, { kernel, bias: true })]);
    return onnxResidualConv(g, `${scope}.resconv-0`, y, batch, { kernel, norm: "batch" });
  });
  const features = { values: g.node("Concat", channels, { axis: 2 }), positions: batch };
  return onnxBlocks(g, features, camlNames("output_layer", settings.model), settings);
};
