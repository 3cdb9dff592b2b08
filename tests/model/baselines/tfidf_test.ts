import assert from "node:assert/strict";
import { inverseDocumentFrequencies, tfidfRows } from "../../../model/baselines/tfidf.ts";
import type { Documents } from "../../../pipeline/dataset/documents.ts";

/** Documents without labels. */
function documentsOf(...tokens: number[][]): Documents {
  return {
    count: tokens.length,
    lengths: Int32Array.from(tokens, ({ length }) => length),
    tokens: (row) => Int32Array.from(tokens[row]!),
    labels: () => new Int32Array(),
  };
}

Deno.test("a token's inverse document frequency counts each document once, smoothed", () => {
  const idf = inverseDocumentFrequencies(documentsOf([2, 2, 3], [2], [2, 4]), 5);
  const of = (df: number) => Math.log((1 + 3) / (1 + df)) + 1;
  assert.deepEqual([...idf.subarray(2)], [of(3), of(1), of(1)]);
});

Deno.test("padding, the unknown token and tokens of no document weigh nothing", () => {
  const idf = inverseDocumentFrequencies(documentsOf([0, 1, 2]), 4);
  assert.deepEqual([...idf].map((weight) => weight > 0), [false, false, true, false]);
});

Deno.test("a row has each weighing token once, ascending, by its count", () => {
  const { offsets, columns, values } = tfidfRows(
    documentsOf([4, 2, 1, 4, 9], [], [2]),
    Float64Array.of(0, 0, 3, 1, 2, 0, 0, 0, 0, 0),
  );
  assert.deepEqual([...offsets], [0, 2, 2, 3]);
  assert.deepEqual([...columns], [2, 4, 2]);
  assert.deepEqual(values, Float32Array.of(3 / 5, 4 / 5, 1)); // 3 and 2 · 2, of unit length
});
