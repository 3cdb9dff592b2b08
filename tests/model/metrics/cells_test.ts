import assert from "node:assert/strict";
import fc from "fast-check";
import {
  allColumns,
  groupColumns,
  keyAtOrBelow,
  positiveKeys,
  positiveLists,
  restrictCells,
  scoreOf,
  selectCells,
} from "../../../model/metrics/cells.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import { sampleScores } from "../../_support/sample_scores.ts";

/** The key of one score. */
function keyOf(score: number): number {
  const matrix = { documents: 1, labels: 1, scores: Float32Array.of(score) };
  return selectCells(matrix, joinRows([new Int32Array()])).keys[0]!;
}

const probability = fc.float({ min: 0, max: 1, noNaN: true });

Deno.test("keys are ordered as the probabilities are", () => {
  fc.assert(fc.property(probability, probability, (a, b) => {
    assert.equal(keyOf(a) < keyOf(b), a < b);
  }));
});

Deno.test("a key has its score", () => {
  fc.assert(fc.property(probability, (score) => {
    assert.equal(scoreOf(keyOf(score)), score + 0); // −0 has 0's key
  }));
});

Deno.test("a score is above a threshold where its key is above the threshold's", () => {
  const threshold = fc.double({ min: -0.5, max: 1.5, noNaN: true });
  fc.assert(fc.property(probability, threshold, (score, threshold) => {
    assert.equal(keyOf(score) > keyAtOrBelow(threshold), score > threshold);
  }));
});

Deno.test("so it is where the threshold lies between two float32", () => {
  const distance = fc.constantFrom(-1e-12, 1e-12);
  fc.assert(fc.property(probability, distance, (score, distance) => {
    const threshold = score + distance;
    assert.equal(keyOf(score) > keyAtOrBelow(threshold), score > threshold);
  }));
});

Deno.test("a label that is named twice is one positive cell", () => {
  const matrix = { documents: 1, labels: 3, scores: new Float32Array(3) };
  const { positives } = selectCells(matrix, joinRows([Int32Array.of(2, 0, 2)]));
  assert.deepEqual(positives, Int32Array.of(0, 2));
});

Deno.test("cells of some columns have these columns' positives and keys", () => {
  const { matrix, truth, rows } = sampleScores({ documents: 9, labels: 12, steps: 100, seed: 1 });
  const columns = Int32Array.of(1, 4, 5, 11);
  const some = restrictCells(selectCells(matrix, truth), columns);
  const scores = rows.flatMap((row, at) =>
    [...row].filter((label) => columns.includes(label))
      .map((label) => matrix.scores[at * 12 + label]!)
  );
  assert.deepEqual([...positiveKeys(some)], scores.map(keyOf));
});

Deno.test("each column lists the documents that are positive for it", () => {
  const { matrix, truth, rows } = sampleScores({ documents: 9, labels: 4, steps: 100, seed: 2 });
  const { offsets, documents } = positiveLists(selectCells(matrix, truth));
  for (let column = 0; column < 4; column++) {
    const expected = [...rows.keys()].filter((row) => rows[row]!.includes(column));
    assert.deepEqual([...documents.subarray(offsets[column], offsets[column + 1])], expected);
  }
});

Deno.test("every column knows its groups", () => {
  const { byColumn } = groupColumns(3, [Int32Array.of(0, 1), Int32Array.of(1)]);
  assert.deepEqual(byColumn, [[0], [0, 1], []]);
});

Deno.test("all columns are one group, also of cells that are some of a matrix's", () => {
  const { matrix, truth } = sampleScores({ documents: 2, labels: 5, steps: 10, seed: 3 });
  const some = restrictCells(selectCells(matrix, truth), Int32Array.of(2, 4));
  assert.deepEqual(allColumns(some).members, [Int32Array.of(0, 1)]);
});
