import assert from "node:assert/strict";
import {
  collate,
  countCut,
  type Documents,
  joinRows,
  pickDocuments,
  rowOf,
  unlabelledDocuments,
} from "../../../pipeline/dataset/documents.ts";

const texts = [[5, 6, 7, 8], [], [9]];

const documents: Documents = {
  count: texts.length,
  lengths: Int32Array.from(texts, (text) => text.length),
  tokens: (row) => Int32Array.from(texts[row]!),
  labels: (task, row) => Int32Array.from(task === "icd" ? [row] : []),
};

const batch = collate(documents, Int32Array.of(2, 0, 1), 3);

Deno.test("collate pads to the longest, cuts at maxTokens, and gives an empty note one token", () => {
  assert.equal(batch.width, 3);
  assert.deepEqual(batch.lengths, Int32Array.of(1, 3, 1));
  assert.deepEqual(batch.tokens, Int32Array.of(9, 0, 0, 5, 6, 7, 1, 0, 0));
});

Deno.test("a batch's labels are those of its documents, of every label set", () => {
  assert.deepEqual(batch.labels.icd, {
    offsets: Int32Array.of(0, 1, 2, 3),
    indices: Int32Array.of(2, 0, 1),
  });
  assert.deepEqual(batch.labels.ccs, { offsets: new Int32Array(4), indices: new Int32Array() });
});

Deno.test("rows of labels are joined in order, empty ones too", () => {
  assert.deepEqual(joinRows([Int32Array.of(3, 5), Int32Array.of(), Int32Array.of(1)]), {
    offsets: Int32Array.of(0, 2, 2, 3),
    indices: Int32Array.of(3, 5, 1),
  });
});

Deno.test("a row is the list that was joined there, the last and an empty one too", () => {
  const lists = [Int32Array.of(3, 5), new Int32Array(), Int32Array.of(1)];
  const rows = joinRows(lists);
  assert.deepEqual(lists.map((_, row) => rowOf(rows, row)), lists);
});

Deno.test("fault 24: documents are cut that have more tokens than are read, not as many", () => {
  const lengths = Int32Array.of(0, 14, 15, 16, 400);
  assert.deepEqual([15, 16, 400].map((most) => countCut({ lengths }, most)), [2, 1, 0]);
});

Deno.test("picked documents are those of the rows, in their order, some twice", () => {
  const rows = [2, 0, 2];
  const sentences = (row: number) => Int32Array.of(row);
  const picked = pickDocuments({ ...documents, sentences }, rows);
  assert.equal(picked.count, 3);
  for (const [at, row] of rows.entries()) {
    assert.equal(picked.lengths[at], documents.lengths[row]);
    assert.deepEqual(picked.tokens(at), documents.tokens(row));
    assert.deepEqual(picked.labels("icd", at), documents.labels("icd", row));
    assert.deepEqual(picked.sentences!(at), sentences(row));
  }
  assert.equal(pickDocuments(documents, rows).sentences, undefined);
});

Deno.test("texts without labels are documents of the same tokens and sentences", () => {
  const first = { tokens: Int32Array.of(5, 6, 7), sentences: Int32Array.of(0, 2) };
  const unlabelled = unlabelledDocuments([first, { tokens: Int32Array.of(9) }]);
  const { tokens, lengths, sentences, labels } = collate(unlabelled, Int32Array.of(1, 0), 2);
  assert.deepEqual([tokens, lengths], [Int32Array.of(9, 0, 5, 6), Int32Array.of(1, 2)]);
  assert.deepEqual(sentences, [undefined, Int32Array.of(0)]);
  assert.deepEqual(labels.icd, { offsets: Int32Array.of(0, 0, 0), indices: new Int32Array() });
});
