import assert from "node:assert/strict";
import { isMarked, markedColumns } from "../../../pipeline/source/one_hot.ts";

Deno.test("fault 56: marks are told from what is none", () => {
  const marked = ["1", "1.0", "True", " yes", "X", "\u2713", "+"];
  const unmarked = ["0", "0.0", "FALSE", "no", "", "nan", "-"];
  const neither = ["2", "428.0", "fever", "0.5", "-1", "\u2605"];
  assert.deepEqual(marked.map(isMarked), marked.map(() => true));
  assert.deepEqual(unmarked.map(isMarked), unmarked.map(() => false));
  assert.deepEqual(neither.map(isMarked), neither.map(() => undefined));
});

const columns = (rows: string[][], taken: number[] = []) => markedColumns(rows, new Set(taken));

Deno.test("fault 56: columns that hold marks alone are found", () => {
  const rows = [["id", "I10", "age", "J18", "I50"], ["1", "1", "61", "0", ""], [
    "0",
    "",
    "7",
    "1",
    "1",
  ]];
  assert.deepEqual(columns(rows, [0]), [1, 3, 4]);
});

Deno.test("fault 56: one column of marks, or columns without any, are no one-hot table", () => {
  assert.deepEqual(columns([["id", "dead"], ["a", "1"]], [0]), []);
  assert.deepEqual(columns([["id", "a", "b"], ["x", "", ""]], [0]), []);
  assert.deepEqual(columns([["id", "a", "b"]], [0]), []);
});
