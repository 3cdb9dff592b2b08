/**
 * `zoo/bigru.ts` in ONNX.
 *
 * @module
 */
import type { BiGruOptions } from "../../zoo/bigru.ts";
import { onnxEmbedding } from "../layers/embedding.ts";
import { onnxLinear } from "../layers/linear.ts";
import { onnxRecurrent } from "../layers/recurrent.ts";
import type { OnnxSystem } from "../system.ts";

/** The graph of BiGRU. */
export const biGruOnnx: OnnxSystem<BiGruOptions> = (g, batch, { target }) => {
  const x = onnxEmbedding(g, "embed", batch);
  const { final } = onnxRecurrent(g, "GRU", "rnn", x, batch);
  return { [target]: onnxLinear(g, "final", final) };
};
