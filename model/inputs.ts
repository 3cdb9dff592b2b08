/**
 * What a model is built from beside its configuration. It holds lists of a dataset or a run, and knows
 * of no system.
 *
 * Legend: `V` tokens of the vocabulary, padding and unknown included; `E` values of a word vector.
 *
 * @module
 */
import type { Label, PerTask } from "../pipeline/schema.ts";

/** What a model is built for: labels, words and word vectors. It names no system. */
export interface ModelInputs {
  /** In index order; systems read codes (their hierarchy) and titles. */
  readonly labels: PerTask<readonly Pick<Label, "code" | "title">[]>;
  /** V tokens by id. */
  readonly vocabulary: readonly string[];
  /** [V, E] row-major; row 0, padding's, is zeros. */
  readonly embeddings: Float32Array;
  /** E. */
  readonly embeddingSize: number;
  /** Of the weights' first values. */
  readonly seed: number;
}
