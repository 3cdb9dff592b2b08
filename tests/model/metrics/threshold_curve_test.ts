import assert from "node:assert/strict";
import { evaluateScores } from "../../../model/metrics/evaluate.ts";
import { thresholdCurve } from "../../../model/metrics/threshold_curve.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import { sampleScores } from "../../_support/sample_scores.ts";

Deno.test("every point of the curve is what its threshold comes to", () => {
  // Scores in steps of a hundredth lie on the thresholds.
  const { matrix, truth } = sampleScores({ documents: 40, labels: 9, steps: 100, seed: 4 });
  const curve = thresholdCurve(matrix, truth);
  assert.equal(curve.length, 100);
  for (const { threshold, precision, recall, f1 } of curve) {
    const { values } = evaluateScores(matrix, truth, { threshold });
    assert.equal(recall, values.micro_recall_tuned);
    assert.equal(f1, values.micro_f1_tuned);
    if (!Number.isNaN(precision)) assert.equal(precision, values.micro_precision_tuned);
  }
});

Deno.test("where nothing is assigned, precision is undefined", () => {
  const matrix = { documents: 1, labels: 2, scores: Float32Array.of(0.25, 0) };
  const curve = thresholdCurve(matrix, joinRows([Int32Array.of(0)]));
  assert.deepEqual(curve.map(({ precision }) => Number.isNaN(precision)).indexOf(true), 25);
});
