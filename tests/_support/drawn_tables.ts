/** Tables as programs and people write them, read by `prepare` and by Python's csv. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { ReportedError } from "../../pipeline/errors.ts";
import { KeptThreads } from "./kept_threads.ts";
import { comparable, isReadOtherwise, readWithPython } from "./python_csv.ts";
import { readTable } from "./read_table.ts";

const cell = fc.oneof(
  fc.constantFrom("", "a", "fever", "5mg", "é", "患", "0066", "1e5", "NULL"),
  fc.string({ unit: fc.constantFrom("a", " ", "b", '"', ",", "\t", "\n", "\r\n", "x") }),
);
const end = fc.constantFrom("\n", "\r\n", "\r");

/** Most are right, some are not. */
const table = fc.record({
  delimiter: fc.constantFrom(",", ",", ",", "\t"),
  end,
  mark: fc.constantFrom("", "", "\ufeff"),
  rows: fc.array(
    fc.record({
      cells: fc.tuple(cell, cell, cell),
      quote: fc.constantFrom("needed", "needed", "always", "never"),
      blank: fc.constantFrom("", "", "", " "),
      other: fc.option(end, { freq: 12 }),
      short: fc.constantFrom(...Array<boolean>(40).fill(false), true),
    }),
    { minLength: 1, maxLength: 6 },
  ),
}).map(({ delimiter, end, mark, rows }) => {
  const lines = rows.map(({ cells, quote, blank, other, short }) => {
    const written = cells.slice(0, short ? 2 : 3).map((cell) => {
      const needed = cell.includes(delimiter) || /["\r\n]/.test(cell);
      const quoted = quote === "always" || quote === "needed" && needed;
      return quoted ? `${blank}"${cell.replaceAll('"', '""')}"` : cell;
    });
    return written.join(delimiter) + (other ?? end);
  });
  return {
    delimiter,
    content: mark + ["id", "text", "more"].join(delimiter) + end + lines.join(""),
  };
});

/**
 * Reads so many drawn tables as Python does, or refuses them; returns how many were read. One that Python
 * reads otherwise need not be the same, and counts only where it is.
 */
export async function assertReadAsPython(tables: number, seed: number): Promise<number> {
  const drawn = fc.sample(table, { numRuns: tables, seed });
  const theirs = await readWithPython(drawn);
  using _threads = new KeptThreads();
  let read = 0;
  for (const [at, stored] of drawn.entries()) {
    const ours = await readTable(stored.content, { required: ["id", "text"] }).catch((error) => {
      assert.ok(error instanceof ReportedError, error.stack);
      return undefined;
    });
    if (!ours) continue;
    const [own, expected] = [comparable(ours), comparable(theirs[at] ?? [])];
    if (isReadOtherwise(stored) && !isDeepStrictEqual(own, expected)) continue;
    read++;
    assert.deepEqual(own, expected, JSON.stringify(stored.content));
  }
  return read;
}
