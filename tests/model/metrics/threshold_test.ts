import assert from "node:assert/strict";
import golden from "../../../fixtures/golden/metrics.json" with { type: "json" };
import { evaluateScores } from "../../../model/metrics/evaluate.ts";
import { tuneThreshold } from "../../../model/metrics/threshold.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";

for (const { name, documents, labels, ...golds } of golden.cases) {
  Deno.test(`the tuned threshold lets through what scikit-learn's does: ${name}`, () => {
    const matrix = { documents, labels, scores: Float32Array.from(golds.scores) };
    const truth = joinRows(golds.positives.map((row) => Int32Array.from(row)));
    const threshold = tuneThreshold(matrix, truth);
    const assigned = matrix.scores.filter((score) => score > threshold);
    assert.equal(Math.min(...assigned), Math.fround(golds.lowestAssigned));
  });
}

Deno.test("of thresholds with equal micro-F1 the highest is taken", () => {
  // 2 / 3 with the first label assigned alone, 4 / 6 with all four.
  const matrix = { documents: 1, labels: 4, scores: Float32Array.of(0.9, 0.8, 0.7, 0.6) };
  const threshold = tuneThreshold(matrix, joinRows([Int32Array.of(0, 3)]));
  assert.ok(0.8 < threshold && threshold < 0.9);
});

Deno.test("without a positive, the threshold is 0.5", () => {
  const matrix = { documents: 2, labels: 2, scores: Float32Array.of(0.9, 0.1, 0.2, 0.3) };
  assert.equal(tuneThreshold(matrix, joinRows([new Int32Array(), new Int32Array()])), 0.5);
});

Deno.test("a true label with score 0 can be let through by the tuned threshold", () => {
  const matrix = { documents: 1, labels: 2, scores: Float32Array.of(0, -0) };
  const truth = joinRows([Int32Array.of(0, 1)]);
  const threshold = tuneThreshold(matrix, truth);
  assert.equal(evaluateScores(matrix, truth, { threshold }).values.micro_f1_tuned, 1);
});
