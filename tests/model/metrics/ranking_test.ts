import assert from "node:assert/strict";
import { evaluateScores } from "../../../model/metrics/evaluate.ts";
import { topK } from "../../../model/metrics/ranking.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import { createRandom } from "../../../pipeline/random.ts";

for (const [length, k] of [[0, 3], [1, 1], [5, 9], [100, 7], [100, 100], [1000, 50]] as const) {
  Deno.test(`the ${k} largest of ${length} are those of a stable sort`, () => {
    const random = createRandom(4, "top k test", length);
    const values = new Float32Array(length).map(() => random.below(40));
    const sorted = Int32Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
    assert.deepEqual(topK(values, k), sorted.slice(0, k));
  });
}

Deno.test("k beyond the number of labels counts the missing ones as misses", () => {
  const matrix = { documents: 1, labels: 2, scores: Float32Array.of(0.9, 0.1) };
  const truth = joinRows([Int32Array.of(0, 1)]);
  assert.equal(evaluateScores(matrix, truth, { threshold: 0.5 }).values["p@5"], 2 / 5);
});
