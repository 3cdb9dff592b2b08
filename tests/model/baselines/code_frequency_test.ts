import assert from "node:assert/strict";
import { labelFrequencies } from "../../../model/baselines/code_frequency.ts";
import type { Documents } from "../../../pipeline/dataset/documents.ts";

const labels = [[0, 2], [2], [], [2]];
const documents: Documents = {
  count: 4,
  lengths: new Int32Array(4),
  tokens: () => new Int32Array(),
  labels: (task, row) => Int32Array.from(task === "icd" ? labels[row]! : []),
};

Deno.test("a label's frequency is the share of the documents that carry it", () => {
  assert.deepEqual(labelFrequencies(documents, "icd", 3), Float64Array.of(1 / 4, 0, 3 / 4));
});

Deno.test("frequencies are those of the label set that is asked for", () => {
  assert.deepEqual(labelFrequencies(documents, "ccs", 2), Float64Array.of(0, 0));
});
