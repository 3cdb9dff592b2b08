/**
 * `zoo/marn.ts` and `zoo/mt_ram.ts` in ONNX.
 *
 * @module
 */
import { marnNames, type MarnOptions, type NetworkNames } from "../../zoo/marn.ts";
import { mtRamNames } from "../../zoo/mt_ram.ts";
import { onnxEmbedding } from "../layers/embedding.ts";
import { onnxRecurrent } from "../layers/recurrent.ts";
import type { OnnxSystem } from "../system.ts";
import { onnxBlocks } from "./blocks.ts";

/** The graph of MARN. */
export const marnOnnx: OnnxSystem<MarnOptions> = network(() => marnNames);

/** The graph of MT-RAM: MARN's, under other names of weights. */
export const mtRamOnnx: OnnxSystem<MarnOptions> = network(mtRamNames);

function network(namesOf: (model: MarnOptions) => NetworkNames): OnnxSystem<MarnOptions> {
  return (g, batch, settings) => {
    const names = namesOf(settings.model);
    const x = onnxEmbedding(g, names.words, batch); // [B, T, E]
    const { states } = onnxRecurrent(g, "GRU", names.gru, x, batch); // [B, T, 2H]
    return onnxBlocks(g, { values: states, positions: batch }, names, settings);
  };
}
