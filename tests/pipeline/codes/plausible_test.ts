import assert from "node:assert/strict";
import { isCategory, isCode, isId, isTitle } from "../../../pipeline/codes/plausible.ts";

const kinds = { isId, isCode, isCategory, isTitle };
const note = "Patient is a 61 year old man with chest pain since Monday.";

/** What each kind takes, and what it does not. */
const cells: { readonly [kind in keyof typeof kinds]: readonly [string[], string[]] } = {
  isId: [
    ["145834", "S0004-06142005000700014-1", "case 12", "Smith 2004 b 1"],
    ["", " 1", note, "one\ntwo", "a b c d e", "1".repeat(65)],
  ],
  isCode: [
    ["428.0", "E879.8", "0DTJ4ZZ", "n44.8", "diabetes"],
    ["", "heart failure", note, "428.0\n428.1", "1".repeat(41)],
  ],
  isCategory: [
    ["108", "G1", "Diseases of the circulatory system", "Injury (other)"],
    ["", "Fever. Chills", note, "a\tb", "one two three four five six seven eight nine"],
  ],
  isTitle: [
    ["Closed fractures involving skull or face, with prolonged [more than 24 hours] loss", ""],
    ["one\ntwo", "x".repeat(301)],
  ],
};

for (const [name, [right, wrong]] of Object.entries(cells)) {
  const is = kinds[name as keyof typeof kinds];
  Deno.test(`fault 59: ${name} knows its own from the text of a note`, () => {
    assert.deepEqual(right.filter((cell) => !is(cell)), []);
    assert.deepEqual(wrong.filter(is), []);
  });
}

Deno.test("fault 56: a date or a rounded number, which a spreadsheet made of a code, is none", () => {
  const rewritten = ["5-Jan", "Jan-05", "05-jan-2020", "2020-01-05", "1/5/20", "5.1.2020"];
  assert.deepEqual([...rewritten, "8.00E+03", "1E+05", "2,5e+10"].filter(isCode), []);
  const elsewhere = ["5-mai", "05-okt", "5-déc", "5-ago", "2020-01-05T00:00:00", "12:30:00"];
  assert.deepEqual(elsewhere.filter(isCode), []);
  const codes = [
    "8E3",
    "5-820.00",
    "E10.5",
    "1234-5",
    "MAY12",
    "1.2.3",
    "3E+",
    "GEN-101",
    "SET-12",
  ];
  assert.deepEqual(codes.filter((code) => !isCode(code)), []);
});

Deno.test("fault 56: a part of a list is no code", () => {
  assert.deepEqual(["c(I10", "WrappedArray(I10", "I10)"].filter(isCode), []);
  assert.ok(isCode("I10(Y)"));
});
