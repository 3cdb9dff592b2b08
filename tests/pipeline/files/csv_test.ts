import fc from "fast-check";
import assert from "node:assert/strict";
import { formatField, quoteField } from "../../../pipeline/files/csv.ts";
import { readCsv } from "../../_support/read_csv.ts";

const texts = fc.array(fc.string({ unit: fc.constantFrom('"', ",", "\n", "a", "é") }), {
  minLength: 1,
});

for (const [name, format] of Object.entries({ quoteField, formatField })) {
  Deno.test(`a record of fields by ${name} is read back as it was`, () => {
    fc.assert(fc.property(texts, (texts) => {
      const [record] = readCsv(`${texts.map(format).join()},end\n`);
      assert.deepEqual(record!.map(({ text }) => text), [...texts, "end"]);
    }));
  });
}

Deno.test("quoteField always quotes, formatField only where it must", () => {
  assert.equal(quoteField("428.0"), '"428.0"');
  assert.equal(formatField("428.0"), "428.0");
  assert.equal(formatField("a\rb"), '"a\rb"');
});
