import assert from "node:assert/strict";
import { selectCells } from "../../../model/metrics/cells.ts";
import { decide, f1Values } from "../../../model/metrics/f1.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";

// Columns: one hit; one hit and one false alarm; only missed; only a false alarm; neither.
const matrix = {
  documents: 2,
  labels: 5,
  scores: Float32Array.of(0.9, 0.9, 0.1, 0.9, 0.1, 0.1, 0.9, 0.1, 0.1, 0.1),
};
const truth = joinRows([Int32Array.of(0, 1, 2), new Int32Array()]);
const cells = selectCells(matrix, truth);
const all = f1Values(decide(cells, 0.5), cells.columns);

Deno.test("micro metrics pool the cells of all labels", () => {
  // 2 hits of 4 assigned and 3 true.
  assert.deepEqual([all.micro_precision, all.micro_recall, all.micro_f1], [2 / 4, 2 / 3, 4 / 7]);
});

Deno.test("a label that is never assigned, or never true, counts as 0 in macro metrics", () => {
  assert.equal(all.macro_precision, (1 + 1 / 2) / 5);
  assert.equal(all.macro_recall, (1 + 1) / 5);
  assert.equal(all.macro_f1, (1 + 2 / 3) / 5);
});

Deno.test("the CAML formula is the harmonic mean of macro precision and macro recall", () => {
  const [p, r] = [all.macro_precision, all.macro_recall];
  assert.equal(all.macro_f1_caml, 2 * p * r / (p + r));
});

Deno.test("labels that are never true are left out of the metrics over those present", () => {
  assert.equal(all.macro_f1_present, (1 + 2 / 3) / 3);
  const [p, r] = [(1 + 1 / 2) / 3, (1 + 1) / 3];
  assert.equal(all.macro_f1_caml_present, 2 * p * r / (p + r));
});

Deno.test("metrics of some columns are these columns' alone", () => {
  const one = f1Values(decide(cells, 0.5), Int32Array.of(1));
  assert.deepEqual([one.micro_f1, one.macro_f1], [2 / 3, 2 / 3]);
});

Deno.test("without an assigned or true label every metric is 0", () => {
  const none = f1Values(decide(cells, 0.5), Int32Array.of(4));
  assert.deepEqual(Object.values(none), Array(9).fill(0));
});
