/** Made-up scores with labels that they foretell a little, and their resamples one by one. */
import type { Resamples } from "../../model/metrics/bootstrap/resamples.ts";
import { evaluateScores } from "../../model/metrics/evaluate.ts";
import type { Values } from "../../model/metrics/names.ts";
import type { ScoreMatrix } from "../../model/metrics/score_matrix.ts";
import { joinRows, type LabelRows } from "../../pipeline/dataset/documents.ts";
import { createRandom } from "../../pipeline/random.ts";

/** Scores of documents, and what they are held against. */
export interface SampleScores {
  readonly matrix: ScoreMatrix;
  readonly truth: LabelRows;
  /** Of each document, the labels of `truth`. */
  readonly rows: readonly Int32Array[];
}

/** Frequent labels come first. Scores are multiples of 1 / `steps`: the fewer, the more ties. */
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

/** The matrices in which every document stands as often as a resample has it, and their truth. */
export function repeatedScores(
  { matrix, rows }: SampleScores,
  { size, counts }: Resamples,
): { readonly matrix: ScoreMatrix; readonly truth: LabelRows }[] {
  const { documents, labels, scores } = matrix;
  return Array.from({ length: size }, (_, resample) => {
    const drawn = rows.flatMap((_, row) =>
      Array.from({ length: counts[resample * documents + row]! }, () => row)
    );
    const repeated = new Float32Array(drawn.length * labels);
    drawn.forEach((row, at) =>
      repeated.set(scores.subarray(row * labels, (row + 1) * labels), at * labels)
    );
    const truth = joinRows(drawn.map((row) => rows[row]!));
    return { matrix: { documents, labels, scores: repeated }, truth };
  });
}

/** Evaluates every resample by itself. */
export function evaluateResamples(
  sample: SampleScores,
  { resamples, ...options }: {
    readonly threshold: number;
    readonly categories?: Int32Array;
    readonly resamples: Resamples;
  },
): Values[] {
  return repeatedScores(sample, resamples)
    .map(({ matrix, truth }) => evaluateScores(matrix, truth, options).values);
}
