import assert from "node:assert/strict";
import {
  groupByPadding,
  paddedPieces,
  splitSentences,
} from "../../../../model/zoo/mdbert/sentences.ts";
import type { Documents } from "../../../../pipeline/dataset/documents.ts";

/** Words of none (padding), one, two and three pieces. */
const spelling = {
  wordPieces: [[], [5], [6, 7], [8, 9, 10]].map((pieces) => Int32Array.from(pieces)),
  cls: 1,
  sep: 2,
};

for (
  const [what, words, starts, limit, expected] of [
    ["a document of one", [1, 1], [0], 9, [[1, 5, 5, 2]]],
    ["short ones, which are not joined", [1, 1, 2], [0, 1, 2], 9, [[1, 5, 2], [1, 5, 2], [
      1,
      6,
      7,
      2,
    ]]],
    ["one that is too long, which goes on", [2, 2, 1], [0, 2], 5, [[1, 6, 7, 2], [1, 6, 7, 2], [
      1,
      5,
      2,
    ]]],
    ["no word", [], [], 5, [[1, 2]]],
    ["a document that begins within one", [1, 1], [1], 5, [[1, 5, 2], [1, 5, 2]]],
  ] as const
) {
  Deno.test(`sentences where they begin: ${what}`, () => {
    const places = Int32Array.from(starts);
    const sentences = splitSentences(Int32Array.from(words), spelling, limit, places);
    assert.deepEqual(sentences.map((pieces) => [...pieces]), expected);
  });
}

Deno.test("a word that is not spelled is read as the unknown one", () => {
  assert.deepEqual(splitSentences(Int32Array.of(99), spelling, 5), [Int32Array.of(1, 5, 2)]);
});

/** Two documents of six words: in six sentences, and in one. */
const documents: Documents = {
  count: 2,
  lengths: Int32Array.of(6, 6),
  tokens: () => new Int32Array(6).fill(1),
  sentences: (row) => row === 0 ? Int32Array.of(0, 1, 2, 3, 4, 5) : Int32Array.of(0),
  labels: () => new Int32Array(),
};
const limits = { sentencePieces: 8, sentences: 128 };

Deno.test("a document takes its sentences, each padded to the next quarter of the longest", () => {
  assert.deepEqual(paddedPieces(documents, 9, spelling, limits), Int32Array.of(24, 8));
});

Deno.test("sentences that are padded to one length are read together, each once", () => {
  const sentences = [8, 3, 7, 4, 1].map((length) => new Int32Array(length));
  assert.deepEqual(groupByPadding(sentences, 8), [[4], [1, 3], [0, 2]]);
});

Deno.test("what is not read of a document takes nothing", () => {
  assert.deepEqual(paddedPieces(documents, 2, spelling, limits), Int32Array.of(8, 4));
  const few = { ...limits, sentences: 3 };
  assert.deepEqual(paddedPieces(documents, 9, spelling, few), Int32Array.of(12, 8));
});

Deno.test("documents that do not say where sentences begin are planned by their tokens", () => {
  const silent = { ...documents, sentences: () => undefined };
  assert.equal(paddedPieces(silent, 9, spelling, limits), undefined);
});
