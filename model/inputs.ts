/**
 * What a model is built from, out of a dataset's or a run's lists.
 *
 * @module
 */
import { type Label, type PerTask, perTask } from "../pipeline/schema.ts";
import { encodeText, indexVocabulary } from "../pipeline/text/vocabulary.ts";
import type { BertInputs, ModelInputs } from "./model.ts";

/** The lists that a dataset and a run both have. */
export interface LabelledVocabulary {
  /** Labels of each task, in index order. */
  readonly labels: PerTask<readonly Label[]>;
  /** Tokens by id. */
  readonly vocabulary: readonly string[];
}

/**
 * A model's inputs. `embeddings` is [V, dimensions] row-major; `bert` is what MDBERT starts from, if
 * not from scratch.
 */
export function modelInputs(
  { labels, vocabulary }: LabelledVocabulary,
  embeddings: Float32Array,
  seed: number,
  bert?: BertInputs,
): ModelInputs {
  const index = indexVocabulary(vocabulary);
  const titles = (labels: readonly Label[]) =>
    labels.map(({ title }) => encodeText(title, index).ids);
  return {
    vocabularySize: vocabulary.length,
    embeddings,
    labels: perTask((task) => labels[task].length),
    codes: perTask((task) => labels[task].map(({ code }) => code)),
    titles: perTask((task) => titles(labels[task])),
    ...(bert && { bert }),
    seed,
  };
}
