import assert from "node:assert/strict";
import { drawResamples, interval95 } from "../../../../model/metrics/bootstrap/resamples.ts";
import { measureReliability } from "../../../../model/metrics/reliability.ts";
import { repeatedScores, sampleScores } from "../../../_support/sample_scores.ts";

const groups = [Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8), Int32Array.of(1, 4, 8)];
const sample = sampleScores({ documents: 37, labels: 9, steps: 40, seed: 5 });
const resamples = drawResamples(37, { size: 101, seed: 11 });
const measured = measureReliability(sample.matrix, sample.truth, { groups, resamples });

for (const error of ["ece", "brier"] as const) {
  Deno.test(`the interval of ${error} is that of measuring every resample by itself`, () => {
    const drawn = repeatedScores(sample, resamples)
      .map(({ matrix, truth }) => measureReliability(matrix, truth, { groups }));
    measured.forEach((own, group) => {
      const values = Float64Array.from(drawn, (found) => found[group]![error]);
      const expected = interval95(values, own[error]);
      own.intervals![error].forEach((bound, at) =>
        assert.ok(Math.abs(bound - expected[at]!) < 1e-9, `${bound}, not ${expected[at]}`)
      );
    });
  });

  Deno.test(`the interval of ${error} holds its value and is no point`, () => {
    for (const own of measured) {
      const [low, high] = own.intervals![error];
      assert.ok(low < own[error] && own[error] < high, `${low} ${own[error]} ${high}`);
    }
  });
}

Deno.test("resamples change nothing but the intervals", () => {
  const without = measureReliability(sample.matrix, sample.truth, { groups });
  assert.deepEqual(measured.map(({ intervals: _, ...own }) => own), without);
});
