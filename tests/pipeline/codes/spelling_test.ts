import assert from "node:assert/strict";
import { unifySpellings } from "../../../pipeline/codes/spelling.ts";
import type { CodeKind } from "../../../pipeline/schema.ts";

/** What stands for each spelling; the first of them is the most frequent. */
function unified(spellings: readonly string[], kind: CodeKind): string[] {
  const counts = new Map(spellings.map((code, at) => [code, 100 - at]));
  const written = unifySpellings(counts, kind);
  return spellings.map((code) => written.get(code)!);
}

const same: [kind: CodeKind, spellings: string[], code: string][] = [
  ["diagnosis", ["428.0", "4280"], "428.0"],
  ["diagnosis", ["4280", "428.0"], "4280"], // the most frequent one
  ["diagnosis", ["E879.8", "E8798", "e879.8"], "E879.8"],
  ["code", ["E11.9", "E119"], "E11.9"],
  ["code", ["n44.8", "n448"], "n44.8"],
  ["code", ["n44.8", "N44.8"], "N44.8"], // ICD's letters, written both ways, are large
  ["code", ["S72.001A", "s72001a"], "S72.001A"],
  ["procedure", ["00.66", "0066"], "00.66"],
  ["code", ["00.66", "0066"], "00.66"],
  ["code", ["sepsis", "Sepsis"], "sepsis"],
  ["code", ["A17.0", "A17.0\u2020", "A170+"], "A17.0"],
  ["code", ["G01*", "G01"], "G01"], // the plain one, though it is less frequent
  ["code", ["J18.9", "J18,9", "j18\u00b79"], "J18.9"],
  ["code", ["C50.9", "\u0421509"], "C50.9"], // Cyrillic
  ["code", ["I10", "I10.-", "I10-"], "I10"],
  ["code", ["5-470.1", "5\u2013470.1", "5\u2011470.1"], "5-470.1"],
  ["diagnosis", ["428.0", "\uff14\uff12\uff18\uff0e\uff10"], "428.0"],
];
for (const [kind, spellings, code] of same) {
  Deno.test(`fault 58: ${spellings.join(", ")} are one ${kind}`, () => {
    assert.deepEqual(unified(spellings, kind), spellings.map(() => code));
  });
}

const apart: [kind: CodeKind, spellings: string[]][] = [
  ["code", ["101", "10.1"]], // a category of diagnoses, and a procedure
  ["code", ["006.6", "00.66"]],
  ["code", ["006.6", "00.66", "0066"]], // either of them
  ["code", ["1.1", "11"]],
  ["code", ["1.1.1", "11.1"]],
  ["procedure", ["428.0", "4280"]],
  ["diagnosis", ["0066", "00.66"]],
  ["code", ["428.0", "428.1", "428"]],
  ["code", ["her2", "her2+"]], // no code of ICD: its marks are its own
];
for (const [kind, spellings] of apart) {
  Deno.test(`fault 58: ${spellings.join(", ")} are not one ${kind}`, () => {
    assert.deepEqual(unified(spellings, kind), spellings);
  });
}

Deno.test("fault 58: where ICD's letters are written both ways, all codes are written large", () => {
  assert.deepEqual(unified(["r52", "N44.8", "sepsis"], "code"), ["R52", "N44.8", "sepsis"]);
});

Deno.test("codes in one spelling each stay as they are", () => {
  const codes = ["n44.8", "r52", "bw03zzz", "0tcb", "108"];
  assert.deepEqual(unified(codes, "code"), codes);
});
