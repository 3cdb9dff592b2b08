import assert from "node:assert/strict";
import { LABEL_NAMES, NOTE_NAMES } from "../../../pipeline/source/column_names.ts";
import { findColumns } from "../../../pipeline/source/find_columns.ts";

const notes = { required: ["id", "text"], optional: ["patient", "split"], names: NOTE_NAMES };
const labels = { required: ["id", "code"], names: LABEL_NAMES, several: "code" };
const records = (...lines: string[]) => lines.map((line) => line.split(","));

Deno.test("fault 87: what is called a patient's and not read is doubtful", () => {
  const of = (column: string) =>
    findColumns(records(`id,text,${column}`, "1,fever,7"), notes).doubts;
  for (const column of ["patient_ref", "PatientSK", "personnummer", "IDPaciente", "pat_enc"]) {
    assert.match(
      of(column).join(),
      new RegExp(`^its column ${column} is not read, .*--patient-column$`),
    );
  }
  for (
    const column of [
      "patient_age",
      "PatientName",
      "person_gender",
      "patient_unit_stay",
      "subjective",
      "path",
    ]
  ) {
    assert.deepEqual(of(column), []);
  }
  assert.deepEqual(of("mrn,patient_ref"), [], "a patient is known");
});

Deno.test("fault 87: names of splits that are not read are doubtful", () => {
  const { doubts } = findColumns(records("id,text,set", "1,fever,Train", "2,cough,"), notes);
  assert.match(doubts.join(), /^its column set is not read, .* --split-column$/);
  for (const column of ["is_train", "fold", "cv_fold", "TestSet", "data split 2"]) {
    assert.match(
      findColumns(records(`id,text,${column}`, "1,fever,0"), notes).doubts.join(),
      /splits/,
    );
  }
  assert.deepEqual(
    findColumns(records("id,text,unit", "1,fever,train", "2,cough,bus"), notes).doubts,
    [],
  );
});

Deno.test("fault 56: marks beside codes, which deny some, are doubtful", () => {
  const { doubts } = findColumns(records("id,code,present", "1,I10,1", "1,E11,0"), labels);
  assert.match(
    doubts.join(),
    /^its column present holds marks such as 0 and 1, and each row counts/,
  );
  const plain = findColumns(records("id,code,present,seq", "1,I10,1,1", "1,E11,1,2"), labels);
  assert.deepEqual(plain.doubts, []);
});

Deno.test("fault 56: codes beside those that are read are doubtful, unless columns were chosen", () => {
  const table = records("id,primary_dx,code,year", "1,I10,E11.9,2101", "2,,J18.9,2102");
  const { doubts } = findColumns(table, labels);
  assert.match(
    doubts.join(),
    /^its column primary_dx holds codes, too, and is not read; .*--code-column$/,
  );
  const choice = { columns: { code: ["code"] } };
  assert.deepEqual(findColumns(table, { ...labels, choice }).doubts, []);
});

Deno.test("fault 55: columns that are called alike but for a number are candidates, too", () => {
  for (const header of ["id,icd_code,icd_code_2", "id,code,code.1,code.2", "id,label2,label"]) {
    assert.throws(
      () => findColumns([header.split(",")], labels),
      /several columns could be the code/,
    );
  }
  assert.throws(() => findColumns([["id", "text", "text_2"]], notes), /could be the text/);
  const choice = { columns: { code: ["code", "code.1"] } };
  const { places } = findColumns([["id", "code", "code.1", "code_name"]], { ...labels, choice });
  assert.deepEqual(places.get("code"), [1, 2]);
});
