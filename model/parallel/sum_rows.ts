/**
 * A sum over ranks of a table of which each has values in a few rows.
 *
 * @module
 */
import type { Communicator } from "./communicator.ts";

/**
 * Adds up a table of `rows` rows over all ranks, in place. Only the rows travel that some rank has
 * other values in than zeros.
 */
export async function sumRows(
  ranks: Communicator,
  table: Float32Array,
  rows: number,
): Promise<void> {
  const width = table.length / rows;
  const own = new Uint8Array(Math.ceil(rows / 8)); // a bit a row
  for (let row = 0; row < rows; row++) {
    if (hasValues(table, row * width, (row + 1) * width)) own[row >> 3]! |= 1 << (row & 7);
  }
  const all = await ranks.gather(own).done();
  const touched: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (all.some((bits) => bits[row >> 3]! >> (row & 7) & 1)) touched.push(row);
  }
  const packed = new Float32Array(touched.length * width);
  touched.forEach((row, at) =>
    packed.set(table.subarray(row * width, (row + 1) * width), at * width)
  );
  await ranks.sum(packed).done();
  touched.forEach((row, at) =>
    table.set(packed.subarray(at * width, (at + 1) * width), row * width)
  );
}

function hasValues(table: Float32Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (table[i] !== 0) return true;
  return false;
}
