import assert from "node:assert/strict";
import { SAME_TEXT } from "../../../pipeline/prepare/documents.ts";
import {
  describeCutTables,
  describePatients,
  describeTexts,
} from "../../../pipeline/prepare/oddities.ts";

const stage = (stage: string, kept: number, noted = {}) => ({
  stage,
  read: kept,
  kept,
  excluded: {},
  noted,
});

Deno.test("fault 85: what more than a hundredth of the notes bear is said with its number", () => {
  const described = (rtf: number) =>
    describeTexts({
      notes: stage("notes", 200, { "in RTF": rtf }),
      documents: stage("documents", 9),
    });
  assert.deepEqual(described(3), [
    "notes: 3 of 200 in RTF; its commands become words: save them as text",
  ]);
  assert.deepEqual(described(2), []);
});

Deno.test("fault 85: documents of one text are said with their number", () => {
  const documents = stage("documents", 20, { [SAME_TEXT]: 4 });
  const [said] = describeTexts({ notes: stage("notes", 20), documents });
  assert.match(
    said!,
    /^documents: 4 of 20 with the very text of an earlier document; copies may be/,
  );
});

Deno.test("fault 85: a table that ends where spreadsheets end is said to", () => {
  const source = (name: string, rows: number) => ({
    name,
    rows,
    bytes: 1,
    sha256: "",
    verified: false,
  });
  assert.deepEqual(describeCutTables([source("a.csv", 1_048_575), source("b.csv", 1_048_577)]), [
    "a.csv has 1048575 rows, as many as a spreadsheet holds; it may be cut: export it whole",
  ]);
});

Deno.test("fault 87: a patient who has most of the documents is said, in a corpus", () => {
  const documents = Array.from({ length: 12 }, (_, i) => ({ patient: i < 7 ? "7" : `p${i}` }));
  assert.match(
    describePatients(documents, "corpus").join(),
    /^7 of 12 documents are one patient's/,
  );
  assert.deepEqual(describePatients(documents, "mimic3"), []);
  assert.deepEqual(describePatients(documents.slice(1), "corpus").length, 1);
  assert.deepEqual(describePatients(documents.slice(4), "corpus"), []);
});
