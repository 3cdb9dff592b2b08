import assert from "node:assert/strict";
import { evaluateScores } from "../../../../model/metrics/evaluate.ts";
import { METRICS } from "../../../../model/metrics/names.ts";
import { drawResamples, interval95 } from "../../../../model/metrics/bootstrap/resamples.ts";
import { evaluateResamples, sampleScores } from "../../../_support/sample_scores.ts";

Deno.test("intervals are those of evaluating every resample by itself", () => {
  const sample = sampleScores({ documents: 37, labels: 12, steps: 14, seed: 5 });
  const options = {
    threshold: 0.37,
    categories: Int32Array.from({ length: 12 }, (_, label) => label >> 1),
    resamples: drawResamples(37, { size: 101, seed: 11 }),
  };
  const { intervals, values } = evaluateScores(sample.matrix, sample.truth, options);
  const draws = evaluateResamples(sample, options);
  for (const metric of METRICS) {
    const drawn = Float64Array.from(draws, (values) => values[metric]);
    const expected = interval95(drawn, values[metric]);
    intervals![metric].forEach((bound, at) =>
      assert(Math.abs(bound - expected[at]!) < 1e-9, `${metric}: ${bound}, not ${expected[at]}`)
    );
  }
});

Deno.test("an interval holds its value, also of labels that many resamples lack", () => {
  const { matrix, truth } = sampleScores({ documents: 80, labels: 300, steps: 50, seed: 8 });
  const { intervals, values } = evaluateScores(matrix, truth, {
    threshold: 0.4,
    categories: Int32Array.from({ length: 300 }, (_, label) => label >> 1),
    resamples: drawResamples(80, { size: 200, seed: 4 }),
  });
  for (const metric of METRICS) {
    const [low, high] = intervals![metric];
    assert(low <= values[metric] && values[metric] <= high, metric);
  }
});

Deno.test("the same seed gives the same intervals, another seed others", () => {
  const { matrix, truth } = sampleScores({ documents: 40, labels: 12, steps: 20, seed: 1 });
  const run = (seed: number) => {
    const resamples = drawResamples(40, { size: 50, seed });
    return evaluateScores(matrix, truth, { threshold: 0.5, resamples }).intervals;
  };
  assert.deepEqual(run(1), run(1));
  assert.notDeepEqual(run(1), run(2));
});
