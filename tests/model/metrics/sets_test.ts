import assert from "node:assert/strict";
import { selectCells } from "../../../model/metrics/cells.ts";
import { decide } from "../../../model/metrics/f1.ts";
import { setValues } from "../../../model/metrics/sets.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";

/** Labels 0 and 1 share a category, 2 has its own. */
const categories = Int32Array.of(7, 7, 3);

/** What the metrics say of one document. */
function valuesOf(scores: readonly number[], positives: readonly number[]) {
  const matrix = { documents: 1, labels: 3, scores: Float32Array.from(scores) };
  const decisions = decide(selectCells(matrix, joinRows([Int32Array.from(positives)])), 0.5);
  const members = Int32Array.of(0, 1, 2);
  const values = setValues(decisions, { documents: 1, members, categories });
  return [values.exact_match[0], values.jaccard[0], values.jaccard_3[0]];
}

for (
  const [what, scores, positives, expected] of [
    ["the same codes", [0.9, 0.1, 0.9], [0, 2], [1, 1, 1]],
    ["another code of the category", [0.9, 0.1, 0.1], [1], [0, 0, 1]],
    ["one code of two of a category", [0.9, 0.1, 0.1], [0, 1], [0, 1 / 2, 1]],
    ["one code too many", [0.9, 0.1, 0.9], [0], [0, 1 / 2, 1 / 2]],
    ["none of the codes", [0.1, 0.1, 0.1], [0], [0, 0, 0]],
    ["no codes, rightly", [0.1, 0.1, 0.1], [], [1, 1, 1]],
    ["a code where there is none", [0.9, 0.1, 0.1], [], [0, 0, 0]],
  ] as const
) {
  Deno.test(`sets of a document: ${what}`, () => {
    assert.deepEqual(valuesOf(scores, positives), expected);
  });
}
