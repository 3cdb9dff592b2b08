import assert from "node:assert/strict";
import { readCodeCell, unwrap } from "../../../pipeline/codes/code_cell.ts";

const lists: [cell: string, separator: string, codes: string[]][] = [
  ["428.0;401.9", ";", ["428.0", "401.9"]],
  ["428.0; 401.9 ;", ";", ["428.0", "401.9"]],
  ["WrappedArray(428.0, 401.9)", "list", ["428.0", "401.9"]],
  ["c('428.0', '401.9')", "list", ["428.0", "401.9"]],
  ["428.0<br>401.9", "<br>", ["428.0", "401.9"]],
  ["4280|4019|0389", "|", ["4280", "4019", "0389"]],
  ["n44.8,r52", ",", ["n44.8", "r52"]],
  ["428.0, 401.9", ",", ["428.0", "401.9"]],
  ["I50.9 N44.8 E11", "space", ["I50.9", "N44.8", "E11"]],
  ["0DTJ4ZZ 3E02329", "space", ["0DTJ4ZZ", "3E02329"]],
  ["428.0\n401.9", "newline", ["428.0", "401.9"]],
  ["428.0\t401.9", "tab", ["428.0", "401.9"]],
  ["428.0/401.9", "/", ["428.0", "401.9"]],
  ["A17.0+G01", "+", ["A17.0", "G01"]],
  ["E10.30\u2020 H36.0*", "space", ["E10.30\u2020", "H36.0*"]],
  ["428.0:401.9", ":", ["428.0", "401.9"]],
  ["428.0\uff1b401.9", "\uff1b", ["428.0", "401.9"]],
  ["428.0\u3001401.9\u3001V45.81", "\u3001", ["428.0", "401.9", "V45.81"]],
  ["I50.9@J18.9", "@", ["I50.9", "J18.9"]],
  ["sepsis;fever", ";", ["sepsis", "fever"]],
  ["['428.0', '401.9']", "list", ["428.0", "401.9"]],
  ['["428.0","401.9"]', "list", ["428.0", "401.9"]],
  ["['428.0' '401.9']", "list", ["428.0", "401.9"]], // numpy
  ["['428.0'\n '401.9']", "list", ["428.0", "401.9"]],
  ["('428.0', '401.9')", "list", ["428.0", "401.9"]],
  ["{'428.0', '401.9'}", "list", ["428.0", "401.9"]],
  ["{428.0,401.9}", "list", ["428.0", "401.9"]], // PostgreSQL
  ["[428.0, 401.9]", "list", ["428.0", "401.9"]],
  ["['428.0']", "list", ["428.0"]],
  ["428.0;;401.9", ";", ["428.0", "401.9"]],
  ["428.0;nan;401.9", ";", ["428.0", "401.9"]],
  ["['428.0', None]", "list", ["428.0"]],
];
for (const [cell, separator, codes] of lists) {
  Deno.test(`fault 56: ${JSON.stringify(cell)} is a list, and split where it is said how`, () => {
    assert.deepEqual(readCodeCell(cell), { codes: [], list: separator });
    assert.deepEqual(readCodeCell(cell, separator), { codes, list: undefined });
  });
}

const single: [cell: string, code: string][] = [
  "428.0",
  "E879.8",
  "0DTJ4ZZ",
  "bw03zzz",
  "sepsis",
  "A00-A09",
  "dx:108",
  "718-7",
  "123e4567-e89b-12d3-a456-426614174000",
  "ICD9/4280",
  "CCS_108",
  "ICD9+4280",
  "Z99.2+",
  "G01*",
  "J18,9",
  "i50,90",
  "8140/3",
  "T50-T59",
  "ICD9:4280",
  "H36.0\u2020",
].map((code) => [code, code]);
const spelled: [cell: string, code: string][] = [
  ["N44 .8", "N44.8"],
  ["I 50.9", "I50.9"],
  ["428 0", "4280"],
  ["428.", "428"],
  ["428.0;", "428.0"],
  [",428.0", "428.0"],
  ['="0389"', "0389"],
  ["'0389", "0389"],
  [" 428.0 ", "428.0"],
];
for (const [cell, code] of [...single, ...spelled]) {
  Deno.test(`fault 56: ${JSON.stringify(cell)} is one code`, () => {
    for (const separator of [undefined, ";"]) {
      assert.deepEqual(readCodeCell(cell, separator), { codes: [code], list: undefined });
    }
  });
}

for (const cell of ["", "nan", "[]", "{}", "[ ]", "set()", "\\N", "<NA>", "-", "(null)", '""']) {
  Deno.test(`fault 57: ${JSON.stringify(cell)} holds no code`, () => {
    for (const separator of [undefined, ";", "list"]) {
      assert.deepEqual(readCodeCell(cell, separator), { codes: [], list: undefined });
    }
  });
}

Deno.test("fault 56: a list that is split at something else stays a list", () => {
  assert.equal(readCodeCell("428.0;401.9", "|").list, ";");
  assert.equal(readCodeCell("428.0|401.9;250.00", "|").list, ";");
  assert.equal(readCodeCell("428.0;401.9", "list").list, ";");
});

for (const text of ["heart failure", "chest pain, fever since Monday", "[{'code': '428.0'}]"]) {
  Deno.test(`fault 59: ${JSON.stringify(text)} is no list; who takes it for a code must look`, () => {
    assert.deepEqual(readCodeCell(text), { codes: [text], list: undefined });
  });
}

Deno.test("fault 60: a spreadsheet's marks of text are no part of a cell", () => {
  const cells = ['="00012"', "'00012", "'00012'", '"00012"', " 00012 ", "00012"];
  assert.deepEqual(cells.map(unwrap), cells.map(() => "00012"));
});
