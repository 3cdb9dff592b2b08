import assert from "node:assert/strict";
import type { Documents } from "../../../pipeline/dataset/documents.ts";
import { type Annotated, matchAnnotations } from "../../../pipeline/evidence/match.ts";

const vocabulary = ["<pad>", "<unk>", "chest", "fever", "no", "pain"];
const notes = new Map([
  ["one", [{ row: 7, text: "Chest pain." }, { row: 9, text: "No fever, pain!" }]],
  ["two", [{ row: 0, text: "Pain" }]],
]);
const texts = [[2, 5, 4, 3, 5], [5]];
const documents: Documents = {
  count: 2,
  lengths: Int32Array.of(5, 1),
  tokens: (row) => Int32Array.from(texts[row]!),
  labels: () => new Int32Array(),
};
const annotated: Annotated = {
  documents,
  ids: ["one", "two"],
  vocabulary,
  notes,
  labelOf: (code) => ({ r07: 0, r50: 1 })[code],
};
const passage = (
  document: string,
  code: string,
  note: number | undefined,
  ...places: number[]
) => ({
  document,
  code,
  note,
  stretches: places.flatMap((start, at) => at % 2 === 0 ? [{ start, end: places[at + 1]! }] : []),
  where: "x",
});

Deno.test("annotations of one label are one, their spans rising and once", () => {
  const { marked, stage } = matchAnnotations([
    passage("one", "r07", 9, 10, 14),
    passage("one", "r07", 7, 0, 10),
    passage("one", "r07", 7, 2, 8),
    passage("one", "r50", 9, 3, 8),
    passage("two", "r07", undefined, 0, 4),
  ], annotated);
  assert.deepEqual(marked, [
    { row: 0, label: 0, spans: [{ first: 0, end: 2 }, { first: 4, end: 5 }] },
    { row: 0, label: 1, spans: [{ first: 3, end: 4 }] },
    { row: 1, label: 0, spans: [{ first: 0, end: 1 }] },
  ]);
  assert.deepEqual(stage, { stage: "annotations", read: 5, kept: 5, excluded: {}, noted: {} });
});

Deno.test("what is left out is counted by its reason", () => {
  const { marked, stage } = matchAnnotations([
    passage("three", "r07", 1, 0, 4),
    passage("one", "r07", 8, 0, 4),
    passage("one", "z99", 7, 0, 4),
    passage("one", "r07", 7, 10, 11),
  ], annotated);
  assert.deepEqual(marked, []);
  assert.deepEqual(stage.excluded, {
    "in a note that the documents leave out": 1,
    "of a code that is no label": 1,
    "of a document that is not in these splits": 1,
    "without a token": 1,
  });
});

Deno.test("ids from the vocabulary's size on are words that are too rare for it", () => {
  const rare = { ...documents, tokens: () => Int32Array.of(2, 6) };
  const spelled = new Map([["one", [{ row: 0, text: "chest xylophone" }]]]);
  const { marked } = matchAnnotations([passage("one", "r07", undefined, 6, 15)], {
    ...annotated,
    documents: rare,
    ids: ["one"],
    notes: spelled,
  });
  assert.deepEqual(marked, [{ row: 0, label: 0, spans: [{ first: 1, end: 2 }] }]);
});

for (
  const [what, other, found] of [
    ["other notes", new Map([["one", [{ row: 7, text: "canary" }]]]), /they have other words than/],
    ["no notes", new Map(), /there are none/],
  ] as const
) {
  Deno.test(`a document with ${what} than the dataset's is refused, without a word of them`, () => {
    const request = () =>
      matchAnnotations([passage("one", "r07", 7, 0, 4)], { ...annotated, notes: other });
    assert.throws(request, (error: Error) => {
      assert.equal(error.name, "IntegrityError");
      assert.match(error.message, /^reading the notes of document one: /);
      assert.match(error.message, found);
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
  });
}
