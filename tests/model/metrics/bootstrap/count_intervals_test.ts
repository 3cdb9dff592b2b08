import assert from "node:assert/strict";
import { countIntervals } from "../../../../model/metrics/bootstrap/count_intervals.ts";
import { addCounts, countByDocument } from "../../../../model/metrics/bootstrap/paired.ts";
import { drawResamples } from "../../../../model/metrics/bootstrap/resamples.ts";
import { evaluateScores } from "../../../../model/metrics/evaluate.ts";
import { sampleScores } from "../../../_support/sample_scores.ts";

const { matrix, truth } = sampleScores({ documents: 60, labels: 9, steps: 40, seed: 2 });
const counts = countByDocument(matrix, truth, { threshold: 0.5, k: 5 });
const options = { size: 300, seed: 1 };

Deno.test("intervals of counts are those of the scores, resample by resample", () => {
  const { intervals } = evaluateScores(matrix, truth, {
    threshold: 0.5,
    resamples: drawResamples(60, options),
  });
  const { microF1, precision } = countIntervals(counts, 1, options);
  for (const [own, expected] of [[microF1, intervals!.micro_f1], [precision, intervals!["p@5"]]]) {
    own!.forEach((bound, at) => assert.ok(Math.abs(bound - expected![at]!) < 1e-9));
  }
});

Deno.test("the sum over equal runs has the interval of one", () => {
  const twice = countIntervals(addCounts([counts, counts]), 2, options);
  const once = countIntervals(counts, 1, options);
  for (const key of ["microF1", "precision"] as const) {
    twice[key].forEach((bound, at) => assert.ok(Math.abs(bound - once[key][at]!) < 1e-12));
  }
});
