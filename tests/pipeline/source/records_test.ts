import assert from "node:assert/strict";
import fc from "fast-check";
import { quoteField } from "../../../pipeline/files/csv.ts";
import { CsvScan } from "../../../pipeline/source/csv_scan.ts";
import { type CellRow, RecordCutter } from "../../../pipeline/source/records.ts";

const dialect = { delimiter: ",", quoted: true, separatorLine: false };

/** The records of a text cut at pieces of `size`. */
function cut(text: string, size = 1 << 20): CellRow[] {
  const cutter = new RecordCutter(dialect);
  const records: CellRow[] = [];
  for (let at = 0; at < text.length; at += size) {
    records.push(...cutter.cut(text.slice(at, at + size)));
  }
  return [...records, ...cutter.end()];
}

const table = fc.array(
  fc.array(fc.string({ unit: fc.constantFrom('"', ",", "a", " ", "\n", "\r", "é") }), {
    minLength: 2,
    maxLength: 4,
  }),
);

Deno.test("quoted fields are cut as they were written, in pieces of any size", () => {
  fc.assert(fc.property(table, fc.integer({ min: 1, max: 9 }), (rows, size) => {
    const text = rows.map((row) => `${row.map(quoteField).join()}\n`).join("");
    assert.deepEqual(cut(text, size), rows);
  }));
});

Deno.test("any text that the scan finds no fault with has as many records for both", () => {
  const text = fc.string({
    unit: fc.constantFrom('"', ",", "a", " ", "\t", "\n", "\r", "é", "\0"),
  });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), (text, size) => {
      const scan = new CsvScan(dialect);
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length; at += size) scan.update(bytes.subarray(at, at + size));
      const { fault, records } = scan.finish();
      if (fault !== null) return;
      const found = cut(text);
      assert.equal(found.length, records);
      assert.ok(found.every(({ length }) => length === found[0]!.length));
    }),
    { numRuns: 2000 },
  );
});
