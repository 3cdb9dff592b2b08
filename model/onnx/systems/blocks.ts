/**
 * `zoo/blocks.ts` and `zoo/heads.ts` in ONNX: the paper's blocks over a base encoder's features.
 *
 * @module
 */
import type { PerTask, Task } from "../../../pipeline/schema.ts";
import { type BlockNames, type BlockOptions, tasksOf } from "../../zoo/blocks.ts";
import type { Graph, Value } from "../graph.ts";
import { onnxLabelAttention } from "../layers/label_attention.ts";
import { onnxRam } from "../layers/ram.ts";
import type { GraphPositions } from "../positions.ts";

/** What an encoder makes of a batch: features [B, P, D], zero on padding, and where they are. */
export interface OnnxFeatures {
  readonly values: Value;
  readonly positions: GraphPositions;
}

/** Logits of each task, from features that the RAM recalibrates where it is configured. */
export function onnxBlocks(
  g: Graph,
  { values, positions }: OnnxFeatures,
  names: BlockNames,
  { model, target }: { readonly model: BlockOptions; readonly target: Task },
): Partial<PerTask<Value>> {
  const ram = { up: model.ramUp, layers: names.ramLayers };
  const features = model.ram ? onnxRam(g, names.ram, values, positions, ram) : values;
  return Object.fromEntries(
    tasksOf({ model, target }).map((task) => {
      const { scope, query = "query", score = "score" } = names.head(task);
      const weight = (name: string) => g.weight(scope === "" ? name : `${scope}.${name}`);
      const inputs = {
        features,
        query: weight(`${query}.weight`),
        score: weight(`${score}.weight`),
        bias: weight(`${score}.bias`),
      };
      return [task, onnxLabelAttention(g, inputs, positions)];
    }),
  );
}
