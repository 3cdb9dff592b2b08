/**
 * The systems that can be exported to ONNX: one line for each, which names its file.
 *
 * @module
 */
import type { OnnxSystem } from "./system.ts";
import { biGruOnnx } from "./systems/bigru.ts";
import { camlOnnx, drCamlOnnx } from "./systems/caml.ts";
import { cnnOnnx } from "./systems/cnn.ts";
import { fusionOnnx } from "./systems/fusion.ts";
import { jointLaatOnnx, laatOnnx } from "./systems/laat.ts";
import { marnOnnx, mtRamOnnx } from "./systems/marn.ts";
import { multiResCnnOnnx } from "./systems/multi_res_cnn.ts";

/** By `model.name` of a configuration. */
export const onnxSystems: { readonly [system: string]: OnnxSystem<never> } = {
  "marn": marnOnnx,
  "mt-ram": mtRamOnnx,
  "cnn": cnnOnnx,
  "bigru": biGruOnnx,
  "caml": camlOnnx,
  "dr-caml": drCamlOnnx,
  "multi-res-cnn": multiResCnnOnnx,
  "laat": laatOnnx,
  "joint-laat": jointLaatOnnx,
  "fusion": fusionOnnx,
};
