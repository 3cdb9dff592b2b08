import assert from "node:assert/strict";
import { sumRows } from "../../../model/parallel/sum_rows.ts";
import { fakeRanks } from "../../_support/fake_ranks.ts";

/** A table of 20 rows of 3, with values in a few. */
function table(rows: Record<number, readonly number[]>): Float32Array {
  const values = new Float32Array(60);
  for (const [row, value] of Object.entries(rows)) values.set(value, 3 * Number(row));
  return values;
}

const ranks = fakeRanks(3);
const tables = [
  table({ 1: [1, 0, 2], 19: [5, 5, 5] }),
  table({ 1: [1, 1, 1], 8: [0, 0, -3] }),
  table({}),
];
await Promise.all(ranks.map((rank, at) => sumRows(rank, tables[at]!, 20)));

Deno.test("every rank has the sum of the tables", () => {
  const expected = table({ 1: [2, 1, 3], 8: [0, 0, -3], 19: [5, 5, 5] });
  for (const own of tables) assert.deepEqual(own, expected);
});

Deno.test("the rows travel that some rank has values in, and no others", () => {
  for (const { summed } of ranks) assert.deepEqual(summed, [9]);
});
