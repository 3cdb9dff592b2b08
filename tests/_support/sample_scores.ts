/** Made-up scores with labels that they foretell a little, frequent labels first. */
import type { ScoreMatrix } from "../../model/metrics/score_matrix.ts";
import { joinRows, type LabelRows } from "../../pipeline/dataset/documents.ts";
import { createRandom } from "../../pipeline/random.ts";

export interface SampleScores {
  readonly matrix: ScoreMatrix;
  readonly truth: LabelRows;
  /** Of each document, the labels of `truth`. */
  readonly rows: readonly Int32Array[];
}

/** Scores are multiples of 1 / `steps`: the fewer, the more ties. */
export function sampleScores(
  { documents, labels, steps, seed }: {
    readonly documents: number;
    readonly labels: number;
    readonly steps: number;
    readonly seed: number;
  },
): SampleScores {
  const random = createRandom(seed, "sample scores");
  const scores = new Float32Array(documents * labels).map(() => random.below(steps) / steps);
  const rows = Array.from(
    { length: documents },
    (_, row) =>
      Int32Array.from({ length: labels }, (_, label) => label).filter((label) =>
        random.uniform() < 0.6 / (1 + label) + 0.1 * scores[row * labels + label]!
      ),
  );
  return { matrix: { documents, labels, scores }, truth: joinRows(rows), rows };
}
