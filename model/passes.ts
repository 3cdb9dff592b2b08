/**
 * The passes of a model over documents, planned by what they take in it.
 *
 * @module
 */
import { type BatchingConfig, planPasses } from "../pipeline/dataset/batches.ts";
import type { Documents } from "../pipeline/dataset/documents.ts";
import type { Model } from "./model.ts";

/** What each document takes in a model: tokens that are read, or padded word pieces. */
export function documentLengths(
  model: Pick<Model, "lengths">,
  documents: Documents,
  maxTokens: number,
): Int32Array {
  const read = documents.lengths.map((length) => Math.min(length, maxTokens));
  return model.lengths?.(documents, maxTokens) ?? read;
}

/** `planPasses` by {@linkcode documentLengths}. */
export function planModelPasses(
  model: Pick<Model, "lengths">,
  documents: Documents,
  config: BatchingConfig,
  epoch?: number,
): readonly (readonly Int32Array[])[] {
  const lengths = documentLengths(model, documents, config.maxTokens);
  return planPasses(lengths, { ...config, maxTokens: Infinity }, epoch);
}
