/** Documents that are drawn, and whose labels can be learnt. */
import type { Documents } from "../../pipeline/dataset/documents.ts";
import type { Random } from "../../pipeline/random.ts";
import type { PerTask } from "../../pipeline/schema.ts";

/** What documents are like. */
export interface DrawnDocuments {
  /** Tokens of a document, at least. */
  readonly shortest: number;
  /** Tokens of a document, at most. */
  readonly longest: number;
  /** Tokens that there are: the first two, padding and the unknown token, stand in no document. */
  readonly vocabulary: number;
  /** How many labels there are. */
  readonly labels: PerTask<number>;
}

/** Documents whose labels are those of the tokens in them: a token's label is its remainder. */
export function drawDocuments(
  count: number,
  random: Random,
  { shortest, longest, vocabulary, labels }: DrawnDocuments,
): Documents {
  const texts = Array.from({ length: count }, () =>
    Int32Array.from(
      { length: shortest + random.below(longest - shortest + 1) },
      () => 2 + random.below(vocabulary - 2),
    ));
  return {
    count,
    lengths: Int32Array.from(texts, ({ length }) => length),
    tokens: (row) => texts[row]!,
    labels: (task, row) =>
      Int32Array.from(new Set(texts[row]!.map((token) => token % labels[task]))).sort(),
  };
}
