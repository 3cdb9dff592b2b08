/**
 * `zoo/caml.ts` and `zoo/dr_caml.ts` in ONNX.
 *
 * @module
 */
import { camlNames, noBlocks } from "../../zoo/blocks.ts";
import type { CamlEncoderOptions, CamlOptions } from "../../zoo/caml.ts";
import type { DrCamlOptions } from "../../zoo/dr_caml.ts";
import type { Graph } from "../graph.ts";
import { onnxConv } from "../layers/conv.ts";
import { onnxEmbedding } from "../layers/embedding.ts";
import { deriveGraphPositions, type GraphBatch } from "../positions.ts";
import type { OnnxSystem } from "../system.ts";
import { onnxBlocks, type OnnxFeatures } from "./blocks.ts";

/** The graph of CAML, with the paper's blocks where the run has them. */
export const camlOnnx: OnnxSystem<CamlOptions> = (g, batch, settings) =>
  onnxBlocks(g, encode(g, batch, settings.model), camlNames("", settings.model), settings);

/** DR-CAML, whose titles shape its training alone. */
export const drCamlOnnx: OnnxSystem<DrCamlOptions> = (g, batch, { model, target }) => {
  const settings = { model: noBlocks, target };
  return onnxBlocks(g, encode(g, batch, model), camlNames("", noBlocks), settings);
};

function encode(g: Graph, batch: GraphBatch, { kernel }: CamlEncoderOptions): OnnxFeatures {
  const padding = Math.floor(kernel / 2);
  const longer = g.ints(2 * padding - kernel + 1);
  const positions = deriveGraphPositions(g, batch, (length) => g.node("Add", [length, longer]));
  const x = onnxEmbedding(g, "embed", batch);
  const y = onnxConv(g, "conv", x, positions, { kernel, padding, bias: true });
  return { values: g.node("Tanh", [y]), positions };
}
