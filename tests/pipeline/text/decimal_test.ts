import assert from "node:assert/strict";
import { parseDecimal } from "../../../pipeline/text/decimal.ts";

Deno.test("numbers are read as people write them", () => {
  const texts = ["0", "-2", "+2.5", ".5", "5.", "1e3", "1E-3", " 7\t"];
  assert.deepEqual(texts.map(parseDecimal), [0, -2, 2.5, 0.5, 5, 1000, 0.001, 7]);
});

Deno.test("other ways of programs to write numbers are none", () => {
  for (
    const text of ["", " ", "0x10", "0b1", "1_000", "1,5", "Infinity", "NaN", ".", "e3", "1 2"]
  ) {
    assert.ok(Number.isNaN(parseDecimal(text)), text);
  }
});
