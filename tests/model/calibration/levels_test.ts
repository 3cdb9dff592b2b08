import assert from "node:assert/strict";
import { scoreLevels } from "../../../model/calibration/levels.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";

const matrix = { documents: 3, labels: 2, scores: Float32Array.of(0.5, 0.25, 0, 0.5, 0.5, 1) };
const truth = joinRows([Int32Array.of(0), Int32Array.of(1), Int32Array.of(1)]);

Deno.test("cells are counted by score, and the true ones of them", () => {
  const { scores, cells, positives } = scoreLevels(matrix, truth);
  assert.deepEqual([[...scores], [...cells], [...positives]], [
    [0, 0.25, 0.5, 1],
    [1, 1, 3, 1],
    [0, 0, 2, 1],
  ]);
});

Deno.test("of some documents their cells alone", () => {
  const { scores, cells, positives } = scoreLevels(matrix, truth, (row) => row !== 1);
  assert.deepEqual([[...scores], [...cells], [...positives]], [[0.25, 0.5, 1], [1, 2, 1], [
    0,
    1,
    1,
  ]]);
});
