/**
 * What a model is built from, out of a dataset's or a run's lists.
 *
 * @module
 */
import type { Label } from "../pipeline/schema.ts";
import type { ModelInputs, Task } from "./model.ts";

/** The lists that a dataset and a run both have. */
export interface LabelledVocabulary {
  /** Labels of each task, in index order. */
  readonly labels: { readonly [task in Task]: readonly Label[] };
  /** Tokens by id. */
  readonly vocabulary: readonly string[];
}

/** A model's inputs. `embeddings` is [V, dimensions] row-major. */
export function modelInputs(
  { labels: { icd, ccs }, vocabulary }: LabelledVocabulary,
  embeddings: Float32Array,
  seed: number,
): ModelInputs {
  return {
    vocabularySize: vocabulary.length,
    embeddings,
    labels: { icd: icd.length, ccs: ccs.length },
    codes: { icd: icd.map(({ code }) => code), ccs: ccs.map(({ code }) => code) },
    seed,
  };
}
