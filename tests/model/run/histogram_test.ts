import assert from "node:assert/strict";
import { probabilityHistograms } from "../../../model/run/histogram.ts";
import { sampleScores } from "../../_support/sample_scores.ts";

const { matrix, truth, rows } = sampleScores({ documents: 20, labels: 7, steps: 100, seed: 4 });
const histograms = probabilityHistograms(matrix, truth);

/** The probabilities of the labels that documents carry, or of all others. */
function probabilities(carried: boolean): number[] {
  return [...matrix.scores].filter((_, at) =>
    rows[Math.floor(at / 7)]!.includes(at % 7) === carried
  );
}

for (const [name, carried] of [["true", true], ["other", false]] as const) {
  const values = probabilities(carried);
  const histogram = carried ? histograms.carried : histograms.other;

  Deno.test(`a histogram of ${name} labels has the extremes and sums of their probabilities`, () => {
    const { min, max, count, sum } = histogram;
    assert.deepEqual([min, max, count], [Math.min(...values), Math.max(...values), values.length]);
    assert.ok(Math.abs(sum - values.reduce((total, value) => total + value, 0)) < 1e-9);
  });

  Deno.test(`the buckets of ${name} labels hold what is above one limit and not above the next`, () => {
    const { limits, counts } = histogram;
    const expected = limits.map((limit, at) =>
      values.filter((value) => value <= limit && (at === 0 || value > limits[at - 1]!)).length
    );
    assert.deepEqual(counts, expected);
  });
}

Deno.test("a histogram of nothing is empty, with finite extremes", () => {
  const none = { documents: 0, labels: 3, scores: new Float32Array() };
  const { carried } = probabilityHistograms(none, {
    offsets: Int32Array.of(0),
    indices: new Int32Array(),
  });
  assert.deepEqual([carried.min, carried.max, carried.count], [0, 0, 0]);
});
