import assert from "node:assert/strict";
import fc from "fast-check";
import { firstLine, shown, stripControls } from "../../pipeline/errors.ts";

Deno.test("fault 50: ids, codes and names of columns are shown as they are", () => {
  for (
    const value of [
      "145834",
      "S0004-06142005000700014-1",
      "123e4567-e89b-12d3-a456-426614174000",
      "7_b#2",
      "428.0",
      "E879.8",
      "dx:108",
      "Z99.2+",
      "0DTJ4ZZ",
      "icd9_code",
      "LONG_TITLE",
      "código",
      "caso_clinico_neumologia14",
      "$dxref",
      "ICD(9)",
      "गठिया-1",
    ]
  ) assert.equal(shown(value), value);
});

Deno.test("fault 50: anything else is said to be so long, in characters", () => {
  const notes: [string, string][] = [
    ["", "an empty text"],
    ["chest pain", "a text of 10 characters"],
    ["pain,fever", "a text of 10 characters"],
    ["Pain!", "a text of 5 characters"],
    ["line\nline", "a text of 9 characters"],
    ["a\u202eb", "a text of 3 characters"],
    ["\u{1f600}", "a text of 1 character"],
    ["x".repeat(26), "a text of 26 characters"],
    ["1".repeat(41), "a text of 41 characters"],
  ];
  for (const [value, said] of notes) assert.equal(shown(value), said);
});

Deno.test("fault 50: no text of two words is ever shown, nor a part of it", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{3,12}$/), { minLength: 2, maxLength: 30 });
  fc.assert(fc.property(words, fc.constantFrom(" ", "\n", "\t", ", ", "; "), (list, blank) => {
    assert.match(shown(list.join(blank)), /^a text of \d+ characters$/);
  }));
});

Deno.test("fault 49: controls, marks of direction and what has no shape are stripped", () => {
  const rows: [string, string][] = [
    ["\u001b[31mred\u0000\u007f\u009b", "[31mred"],
    ["a\tb\nc", "a\tb\nc"],
    ["a\rb", "ab"],
    ["invoice\u202egpj.exe\u202c \u2066x\u2069\u200f", "invoicegpj.exe x"],
    ["co\u00adde\u200b\ufeff\u2028", "code"],
    ["a\u{e0041}\u{e007f}b", "ab"],
    ["می\u200cخواهم", "می\u200cخواهم"], // joiners belong to words
  ];
  for (const [text, stripped] of rows) assert.equal(stripControls(text), stripped);
});

Deno.test("the first line of what was thrown, be it an error or not", () => {
  assert.equal(firstLine(new RangeError("no room\nat x.ts")), "no room");
  assert.equal(firstLine("no room\nat x.ts"), "no room");
  assert.equal(firstLine(undefined), "undefined");
});
