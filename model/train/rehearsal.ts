/**
 * The documents that show whether a training will go through: those of its largest batch.
 *
 * @module
 */
import type { Documents } from "../../pipeline/dataset/documents.ts";
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
  return documentsAt(documents, largest.flatMap((rows) => [...rows]));
}

/** Some of the documents, by their rows, in that order. */
export function documentsAt(documents: Documents, rows: readonly number[]): Documents {
  return {
    count: rows.length,
    lengths: Int32Array.from(rows, (row) => documents.lengths[row]!),
    tokens: (at) => documents.tokens(rows[at]!),
    sentences: documents.sentences && ((at) => documents.sentences!(rows[at]!)),
    labels: (task, at) => documents.labels(task, rows[at]!),
  };
}
