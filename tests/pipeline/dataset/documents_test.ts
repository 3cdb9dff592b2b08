import assert from "node:assert/strict";
import {
  collate,
  countCut,
  type Documents,
  joinRows,
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

Deno.test("fault 24: documents are cut that have more tokens than are read, not as many", () => {
  const lengths = Int32Array.of(0, 14, 15, 16, 400);
  assert.deepEqual([15, 16, 400].map((most) => countCut({ lengths }, most)), [2, 1, 0]);
});
