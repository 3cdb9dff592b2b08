/**
 * What a system brings so that it can be exported to ONNX: its network over again, as nodes of a graph.
 *
 * @module
 */
import type { PerTask } from "../../pipeline/schema.ts";
import type { ModelInputs } from "../inputs.ts";
import type { SystemSettings } from "../system.ts";
import type { Graph, Value } from "./graph.ts";
import type { GraphBatch } from "./positions.ts";

/** What a network is written from beside its weights. */
export interface OnnxSettings<Options> extends Pick<SystemSettings<Options>, "model" | "target"> {
  readonly labels: ModelInputs["labels"];
  /** Tokens of a document that are read. */
  readonly maxTokens: number;
}

/** Adds a network's nodes, and returns its logits [B, L] of each of its tasks. */
export type OnnxSystem<Options> = (
  g: Graph,
  batch: GraphBatch,
  settings: OnnxSettings<Options>,
) => Partial<PerTask<Value>>;
