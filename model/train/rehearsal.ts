/**
 * The documents that show whether a training will go through: those of its largest batch.
 *
 * @module
 */
import { type Documents, pickDocuments } from "../../pipeline/dataset/documents.ts";
import type { TrainConfig } from "../config/config.ts";
import type { Model } from "../model.ts";
import { documentLengths, planModelPasses } from "../passes.ts";

/** The documents of the batch with the most padded tokens of an epoch. They belong to `documents`. */
export function largestBatch(
  model: Pick<Model, "lengths">,
  documents: Documents,
  config: TrainConfig,
): Documents {
  const lengths = documentLengths(model, documents, config.maxTokens);
  const padded = (rows: Int32Array) =>
    rows.length * rows.reduce((most, row) => Math.max(most, lengths[row]!), 1);
  const sizeOf = (passes: readonly Int32Array[]) =>
    passes.reduce((sum, rows) => sum + padded(rows), 0);
  const batches = planModelPasses(model, documents, config, 0);
  const largest = batches.reduce((most, batch) => sizeOf(batch) > sizeOf(most) ? batch : most);
  return pickDocuments(documents, largest.flatMap((rows) => [...rows]));
}
