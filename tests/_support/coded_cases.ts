/** Made-up cases whose codes are right and wrong together, and scores that tell how often. */
import type { ScoreMatrix } from "../../model/metrics/score_matrix.ts";
import { joinRows, type LabelRows } from "../../pipeline/dataset/documents.ts";
import type { Random } from "../../pipeline/random.ts";

/** Cases with ten labels each. A score is a code's chance to be true where cases are `even`. */
export function drawCases(
  random: Random,
  { cases, clumsiness }: {
    readonly cases: number;
    /** 0: codes of a case are independent; 1: a tenth of the cases has no true code at all. */
    readonly clumsiness: number;
  },
): { readonly matrix: ScoreMatrix; readonly truth: LabelRows } {
  const labels = 10;
  const scores = new Float32Array(cases * labels);
  const rows = Array.from({ length: cases }, (_, row) => {
    const isHard = random.uniform() < 0.1;
    const chance = isHard ? 1 - clumsiness : 1;
    const own: number[] = [];
    for (let label = 0; label < labels; label++) {
      const score = random.uniform() ** 2;
      scores[row * labels + label] = score;
      if (random.uniform() < Math.min(1, 1.08 * score) * chance) own.push(label);
    }
    return Int32Array.from(own);
  });
  return { matrix: { documents: cases, labels, scores }, truth: joinRows(rows) };
}
