import assert from "node:assert/strict";
import { countTellingWords } from "../../../model/baselines/telling_words.ts";
import type { Documents } from "../../../pipeline/dataset/documents.ts";

/** Words 2 and 3 tell code 0, word 4 tells nothing, word 9 is rare. */
const texts = [[2, 3, 4, 2], [2, 4, 9], [4, 1], [4, 5], [3, 4]];
const codes = [[0], [0], [], [], [0]];
const documents: Documents = {
  count: 5,
  lengths: Int32Array.from(texts, ({ length }) => length),
  tokens: (row) => Int32Array.from(texts[row]!),
  labels: (_, row) => Int32Array.from(codes[row]!),
};
const telling = countTellingWords(documents, "icd", 9);

/** Log-odds ratio over its standard error, with half a document in each cell. */
function expected(a: number, b: number, c: number, d: number): number {
  const ratio = Math.log((a + .5) * (d + .5) / ((b + .5) * (c + .5)));
  return ratio / Math.sqrt(1 / (a + .5) + 1 / (b + .5) + 1 / (c + .5) + 1 / (d + .5));
}

Deno.test("a word tells by the documents with and without the code that hold it", () => {
  const weights = telling(0);
  assert.equal(weights.length, 9);
  assert.ok(Math.abs(weights[2]! - expected(2, 1, 0, 2)) < 1e-12);
  assert.ok(Math.abs(weights[4]! - Math.max(0, expected(3, 0, 2, 0))) < 1e-12);
});

Deno.test("words that speak against the code, the unknown word and unseen ones tell nothing", () => {
  const weights = telling(0);
  assert.deepEqual([weights[0], weights[1], weights[5], weights[6]], [0, 0, 0, 0]);
});

Deno.test("no word tells of a code that training lacks", () => {
  assert.deepEqual([...telling(7)], Array(9).fill(0));
});
