import assert from "node:assert/strict";
import {
  areaUnderCurve,
  bestThreshold,
  precisionRecall,
  tokenCurve,
} from "../../../../model/metrics/evidence/token_curve.ts";

const code = { document: 0, label: 0, tokens: 5, spans: [{ first: 1, end: 3 }] };

Deno.test("equal strengths are taken together, and 0 never", () => {
  const { points, marked, tokens } = tokenCurve([code], [Float32Array.of(0.5, 0.5, 0.25, 0, 0.25)]);
  assert.deepEqual(points, [
    { threshold: 0.5, hits: 1, taken: 2, marked: 2 },
    { threshold: 0.25, hits: 2, taken: 4, marked: 2 },
  ]);
  assert.deepEqual([marked, tokens], [2, 5]);
});

Deno.test("of thresholds with the same F1 the highest is best; of none, the one that takes nothing", () => {
  const curve = tokenCurve([code], [Float32Array.of(0, 0.5, 0.25, 0.125, 0)]);
  assert.equal(bestThreshold(curve), 0.25);
  assert.equal(bestThreshold(tokenCurve([code], [new Float32Array(5)])), Infinity);
});

Deno.test("ratios of nothing are 0, and the area under the curve of nothing marked is no number", () => {
  assert.deepEqual(precisionRecall({ hits: 0, taken: 0, marked: 0 }), {
    precision: 0,
    recall: 0,
    f1: 0,
  });
  const none = tokenCurve([{ ...code, spans: [] }], [new Float32Array(5)]);
  assert.equal(areaUnderCurve(none), NaN);
});
