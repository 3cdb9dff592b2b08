import assert from "node:assert/strict";
import {
  addCounts,
  countByDocument,
  pairedBootstrap,
} from "../../../../model/metrics/bootstrap/paired.ts";
import { createRandom } from "../../../../pipeline/random.ts";

const matrix = {
  documents: 2,
  labels: 6,
  scores: Float32Array.of(0.9, 0.8, 0.1, 0.6, 0.2, 0.3, 0.1, 0.2, 0.9, 0.4, 0.3, 0.05),
};
const truth = { offsets: Int32Array.of(0, 3, 4), indices: Int32Array.of(0, 2, 3, 5) };

Deno.test("each document's hits, assigned and true labels, and its precision at 5", () => {
  assert.deepEqual(countByDocument(matrix, truth, { threshold: 0.5, k: 5 }), {
    hits: [2, 0],
    assigned: [3, 1],
    positive: [3, 1],
    precision: [2 / 5, 0],
  });
});

Deno.test("counts of seeds add up document by document", () => {
  const one = countByDocument(matrix, truth, { threshold: 0.5, k: 5 });
  assert.deepEqual(addCounts([one, one]).assigned, [6, 2]);
});

Deno.test("p is small for a difference in every document, large for one by chance", () => {
  const random = createRandom(1, "test paired");
  const documents = 60;
  const all = (value: number) => Array<number>(documents).fill(value);
  const counts = (hits: number[]) => ({
    hits,
    assigned: all(4),
    positive: all(4),
    precision: hits.map((hit) => hit / 5),
  });
  const noise = () => Array.from({ length: documents }, () => random.below(5));
  const base = noise();
  const better = base.map((hit, d) => Math.min(4, hit + d % 2));
  const options = { size: 500, seed: 2 };
  assert.ok(pairedBootstrap(counts(better), counts(base), options).microF1 < 0.01);
  const chance = pairedBootstrap(counts(noise()), counts(noise()), options);
  assert.ok(chance.microF1 > 0.05 && chance.precision > 0.05);
});

Deno.test("the test is two-sided and deterministic", () => {
  const a = { hits: [1, 2, 3], assigned: [4, 4, 4], positive: [4, 4, 4], precision: [0, 0.2, 0.4] };
  const b = { ...a, hits: [2, 2, 2] };
  const options = { size: 200, seed: 5 };
  assert.deepEqual(pairedBootstrap(a, b, options), pairedBootstrap(b, a, options));
});
