/**
 * `zoo/cnn.ts` in ONNX.
 *
 * @module
 */
import type { CnnOptions } from "../../zoo/cnn.ts";
import { onnxConv } from "../layers/conv.ts";
import { onnxEmbedding } from "../layers/embedding.ts";
import { onnxLinear } from "../layers/linear.ts";
import { onnxMaxPool } from "../layers/pool.ts";
import { deriveGraphPositions, padBehind } from "../positions.ts";
import type { OnnxSystem } from "../system.ts";

/** The network; documents shorter than the convolution are padded to it. */
export const cnnOnnx: OnnxSystem<CnnOptions> = (g, batch, { model: { kernel }, target }) => {
  const windows = deriveGraphPositions(g, batch, (length) => {
    const outputs = g.node("Sub", [length, g.ints(kernel - 1)]);
    return g.node("Max", [outputs, g.ints(1)]);
  });
  const missing = g.node("Max", [g.node("Sub", [g.ints(kernel), batch.width]), g.ints(0)]);
  const x = padBehind(g, onnxEmbedding(g, "embed", batch), missing);
  const y = g.node("Tanh", [onnxConv(g, "conv", x, windows, { kernel, padding: 0, bias: true })]);
  return { [target]: onnxLinear(g, "fc", onnxMaxPool(g, y, windows)) };
};
