import assert from "node:assert/strict";
import { documentScores, sameScores } from "../../../model/metrics/score_matrix.ts";

Deno.test("a document's scores are a view of its row", () => {
  const matrix = { documents: 2, labels: 2, scores: Float32Array.of(0.1, 0.2, 0.3, 0.4) };
  const row = documentScores(matrix, 1);
  assert.deepEqual(row, Float32Array.of(0.3, 0.4));
  assert.equal(row.buffer, matrix.scores.buffer);
});

Deno.test("every document has the same scores", () => {
  assert.deepEqual(sameScores(Float64Array.of(0.25, 0.5), 2), {
    documents: 2,
    labels: 2,
    scores: Float32Array.of(0.25, 0.5, 0.25, 0.5),
  });
});
