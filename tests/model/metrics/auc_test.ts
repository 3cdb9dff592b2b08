import assert from "node:assert/strict";
import { evaluateScores } from "../../../model/metrics/evaluate.ts";
import { sampleScores } from "../../_support/sample_scores.ts";

Deno.test("micro AUC is a plain count of pairs where scores share their upper bits", () => {
  const { matrix, truth, rows } = sampleScores({ documents: 60, labels: 80, steps: 1000, seed: 9 });
  matrix.scores.forEach((score, at) => matrix.scores[at] = 0.5 + score / 2 ** 16);
  const { values } = evaluateScores(matrix, truth, { threshold: 0.5 });
  const positive = new Set(rows.flatMap((row, at) => [...row].map((label) => at * 80 + label)));
  assert(Math.abs(values.micro_auc - pairwiseAuc(matrix.scores, positive)) < 1e-12);
});

/** Share of the pairs of a positive and a negative that are in order; ties count half. */
function pairwiseAuc(scores: Float32Array, positive: ReadonlySet<number>): number {
  const negatives = scores.filter((_, at) => !positive.has(at));
  let won = 0;
  for (const at of positive) {
    for (const other of negatives) {
      won += other < scores[at]! ? 1 : other === scores[at] ? 0.5 : 0;
    }
  }
  return won / (positive.size * negatives.length);
}
