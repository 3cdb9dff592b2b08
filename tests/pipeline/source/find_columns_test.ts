import assert from "node:assert/strict";
import {
  type ColumnNames,
  LABEL_NAMES,
  NOTE_NAMES,
  TITLE_NAMES,
} from "../../../pipeline/source/column_names.ts";
import type { ColumnChoice, ColumnExpectation } from "../../../pipeline/source/columns.ts";
import { ColumnsError } from "../../../pipeline/source/columns_error.ts";
import { findColumns } from "../../../pipeline/source/find_columns.ts";

const notes: ColumnExpectation = {
  required: ["id", "text"],
  optional: ["patient", "split"],
  names: NOTE_NAMES,
  headerless: ["id", "text"],
};
const labels: ColumnExpectation = {
  required: ["id", "code"],
  names: LABEL_NAMES,
  headerless: ["id", "code"],
  several: "code",
};

/** Records of comma-separated fields. */
const records = (...lines: string[]) => lines.map((line) => line.split(","));

/** Finds columns and says where: `id 0, code 1`; a table without a header is said to be one. */
function placesIn(lines: string[], expected: ColumnExpectation, choice?: ColumnChoice): string {
  const { header, places } = findColumns(records(...lines), { ...expected, choice });
  const found = [...places].map(([column, places]) => `${column} ${places.join("+")}`);
  return (header ? "" : "no header: ") + found.sort().join(", ");
}

/** What is said of a table that is refused. */
function refusal(lines: string[], expected: ColumnExpectation, choice?: ColumnChoice): string {
  try {
    placesIn(lines, expected, choice);
  } catch (error) {
    assert.ok(error instanceof ColumnsError, String(error));
    return `${error.found}; ${error.remedy}`;
  }
  return assert.fail(`${lines[0]} was understood`);
}

const understood: [header: string, expected: ColumnExpectation, places: string][] = [
  ["id,text", notes, "id 0, text 1"],
  ["text,split,id,patient", notes, "id 2, patient 3, split 1, text 0"],
  ["ROW_ID,SUBJECT_ID,HADM_ID,CATEGORY,TEXT", notes, "id 2, patient 1, text 4"],
  ["Note ID,Note Text", notes, "id 0, text 1"],
  ["docId,raw-text", notes, "id 0, text 1"],
  [",encounter_id,clinical_note,Unnamed: 3", notes, "id 1, text 2"],
  ["\ufeffid,te\u200bxt", notes, "id 0, text 1"],
  ["SUBJECT_ID,HADM_ID,TEXT,LABELS,length", labels, "code 3, id 1"],
  ["subject_id,hadm_id,seq_num,icd_code,icd_version", labels, "code 3, id 1"],
  ["code,id", labels, "code 0, id 1"],
  ["filename,ICD-10 code", labels, "code 1, id 0"],
];
for (const [header, expected, places] of understood) {
  Deno.test(`fault 53: columns are told by name: ${JSON.stringify(header)}`, () => {
    assert.equal(placesIn([header, "1,2,3,4,5"], expected), places);
  });
}

const foreign: [lines: string[], expected: ColumnExpectation, said: RegExp][] = [
  [
    ["paciente,diagnostico", "n1,r52"],
    labels,
    /no column id, code; found 2 columns: paciente, diagnostico; .*--id-column and --code-column/,
  ],
  [["identifer,text", "n1,fever"], notes, /no column id; .* nearest to id is identifer/],
  [["id,icd_cod", "n1,r52"], labels, /no column code; .* nearest to code is icd_cod;/],
  [["id,diag", "n1,r52", "n2,r53"], labels, /no column code; found 2 columns: id, diag/],
  [["name,Diagnose", "n1,r52"], labels, /found 2 columns: name, Diagnose/],
  [["code,meaning", "r52,Pain"], { ...labels, required: ["code", "title"] }, /no column title/],
];
for (const [lines, expected, said] of foreign) {
  Deno.test(`fault 53: a header that is not ours is refused, not read by place: ${lines[0]}`, () => {
    assert.match(refusal(lines, expected), said);
  });
}

Deno.test("fault 53: words of a first line that may be a note's are not shown", () => {
  const said = refusal(["The patient, a man of 61,was admitted", "x,y,z"], notes);
  assert.match(said, /no header, its fields of 11, 12, 12 characters|3 columns: a text of/);
  assert.doesNotMatch(said, /patient|admitted/);
});

const headerless: [lines: string[], expected: ColumnExpectation, places: string][] = [
  [["S0004-1,n44.8", "S0004-1,z20.818"], labels, "no header: code 1, id 0"],
  [["145834,4280", "145834,0389"], labels, "no header: code 1, id 0"],
  [["a,1"], labels, "no header: code 1, id 0"],
  [["x1,bw03zzz", "x1,bn20"], labels, "no header: code 1, id 0"],
  [["anna,sepsis", "anna,fever"], labels, "no header: code 1, id 0"], // a name that comes again
  [["n1,Fever since Monday. He came in.", "n2,Pain."], notes, "no header: id 0, text 1"],
];
for (const [lines, expected, places] of headerless) {
  Deno.test(`fault 54: a first line that can be no header is data: ${lines[0]}`, () => {
    assert.equal(placesIn(lines, expected), places);
  });
}

Deno.test("fault 54: it is said which column was taken for what", () => {
  const { taken } = findColumns(records("145834,4280"), labels);
  assert.equal(taken, "column 1 as id, column 2 as code");
  assert.equal(findColumns(records("hadm_id,code"), labels).taken, "hadm_id as id");
  assert.equal(findColumns(records("ID,code"), labels).taken, undefined);
});

Deno.test("fault 54: what may be a header is data only with --no-header", () => {
  const lines = ["anna,sepsis", "ben,fever"];
  assert.match(refusal(lines, labels), /found 2 columns: anna, sepsis; .*--no-header/);
  assert.equal(placesIn(lines, labels, { header: false }), "no header: code 1, id 0");
});

Deno.test("fault 54: --no-header does not make data of a header that is ours", () => {
  assert.equal(placesIn(["code,hadm_id"], labels, { header: false }), "code 0, id 1");
});

Deno.test("fault 54: a table of more columns without a header is refused, or read by number", () => {
  const lines = ["S0004-1,DIAGNOSTICO,q62.11,agenesia renal,540 552"]; // CodiEsp's evidence
  assert.match(refusal(lines, labels), /its fields of 7, 11, 6, .*--id-column 1 --code-column 2/);
  const choice = { columns: { id: ["1"], code: ["3"] } };
  assert.equal(placesIn(lines, labels, choice), "no header: code 2, id 0");
  assert.match(refusal(lines, labels, { header: false }), /by number/);
  assert.match(refusal(lines, labels, { columns: { id: ["1"] } }), /by number/);
});

const ambiguous: [header: string, expected: ColumnExpectation, said: RegExp][] = [
  ["note_id,subject_id,hadm_id,text", notes, /the id: note_id, hadm_id; .*--id-column$/],
  ["id,hadm_id,text", notes, /several columns could be the id: id, hadm_id/],
  ["id,text,report", notes, /the text: text, report; choose one with --text-column$/],
  ["id,text,patient_id,mrn", notes, /the patient: patient_id, mrn; .*--patient-column$/],
  ["id,code,label", labels, /the code: code, label; .*--code-column$/],
  ["id,text,text", notes, /text, text; choose one with --text-column by its number: 2 or 3/],
  [
    "icd9_code,short_title,long_title",
    { required: ["code", "title"], names: TITLE_NAMES },
    /title: /,
  ],
];
for (const [header, expected, said] of ambiguous) {
  Deno.test(`fault 55: several candidates are refused, all of them named: ${header}`, () => {
    assert.match(refusal([header], expected), said);
  });
}

const chosen: [header: string, expected: ColumnExpectation, ColumnChoice["columns"], string][] = [
  ["id,hadm_id,text", notes, { id: ["HADM_ID"] }, "id 1, text 2"],
  ["id,text,text", notes, { text: ["3"] }, "id 0, text 2"],
  ["id,paper,words", notes, { text: ["words"], id: ["paper"] }, "id 1, text 2"],
  ["id,code,label", labels, { code: ["label"] }, "code 2, id 0"],
  ["id,dx1,dx2,dx3", labels, { code: ["dx1", "dx2", "dx3"] }, "code 1+2+3, id 0"],
  ["id,code", labels, { id: ["hadm_id"] }, "code 1, id 0"], // another table has it
  ["hadm_id,code", labels, { id: ["note_id", "hadm_id"] }, "code 1, id 0"],
];
for (const [header, expected, columns, places] of chosen) {
  Deno.test(`fault 55: an option chooses: ${header} with ${JSON.stringify(columns)}`, () => {
    assert.equal(placesIn([header, "a,b,c,d"], expected, { columns }), places);
  });
}

const oneHot = ["id,428.0,401.9,038.9", "n1,1,0,1", "n2,0,0,1"];

Deno.test("fault 56: a one-hot table is recognised, and the option that reads it named", () => {
  assert.match(refusal(oneHot, labels), /no column code; .*3 of them of marks.*; .*--one-hot$/);
  const words = ["hadm_id,sepsis,fever", "1,True,False", "2,False,"];
  assert.match(refusal(words, labels), /2 of them of marks.*--one-hot/);
});

Deno.test("fault 56: with --one-hot every column of marks is a code", () => {
  assert.equal(placesIn(oneHot, labels, { oneHot: true }), "code 1+2+3, id 0");
  const more = ["id,text,I10,J18.9", "n1,fever,1,0"];
  assert.equal(placesIn(more, labels, { oneHot: true }), "code 2+3, id 0");
});

Deno.test("a table that has no other names is found by its own, in any case", () => {
  const expected = { required: ["subject_id", "icd9_code"] };
  assert.equal(placesIn(["ICD9_CODE,SUBJECT_ID"], expected), "icd9_code 0, subject_id 1");
  assert.match(
    refusal(["ICD9_CODE,icd9_code,SUBJECT_ID"], expected),
    /two columns named ICD9_CODE/,
  );
});

Deno.test("fault 78: a column of another collection names it", () => {
  const expected = { required: ["icd9_code"], foreign: { icd_version: "MIMIC-IV" } };
  assert.match(refusal(["hadm_id,icd_code,icd_version"], expected), /icd_version is of MIMIC-IV/);
});

Deno.test("no name of a column stands for two columns of one table", () => {
  for (const names of [NOTE_NAMES, LABEL_NAMES, TITLE_NAMES] as readonly ColumnNames[]) {
    const all = Object.entries(names).flat(2);
    assert.equal(new Set(all).size, all.length);
  }
});
