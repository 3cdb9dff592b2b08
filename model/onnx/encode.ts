/**
 * A trained system → an ONNX model: inputs `tokens` [documents, tokens] and `lengths` [documents], both
 * int64; outputs `<task>.logits` and `<task>.probabilities` [documents, labels] float32.
 *
 * @module
 */
import { UsageError } from "../../pipeline/errors.ts";
import type { TensorData } from "../../pipeline/files/safetensors.ts";
import { TASKS } from "../../pipeline/schema.ts";
import type { SystemConfig } from "../zoo/systems.ts";
import { Graph } from "./graph.ts";
import { graphBatch } from "./positions.ts";
import type { OnnxSettings } from "./system.ts";
import { onnxSystems } from "./systems.ts";

/**
 * The bytes of a model file.
 *
 * @param weights by name, float32.
 * @param metadata texts that the model carries, by key.
 * @throws {UsageError} where the system has no expression in ONNX.
 */
export function encodeOnnx(
  settings: OnnxSettings<SystemConfig>,
  weights: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { model, labels, maxTokens } = settings;
  const system = onnxSystems[model.name];
  if (!system) {
    throw new UsageError(
      `exporting ${model.name} to ONNX: it has no expression there (MDBERT reads sentences of word ` +
        `pieces, made outside the network); expected one of ${
          Object.keys(onnxSystems).join(", ")
        }; ` +
        "export it with --to hf",
    );
  }
  const graph = new Graph(weights);
  const batch = graphBatch(graph, maxTokens);
  const logits = system(graph, batch, settings as OnnxSettings<never>);
  for (const task of TASKS) {
    if (!logits[task]) continue;
    const shape = ["documents", labels[task].length];
    graph.output(`${task}.logits`, logits[task], shape);
    graph.output(`${task}.probabilities`, graph.node("Sigmoid", [logits[task]]), shape);
  }
  return graph.encode(metadata);
}
