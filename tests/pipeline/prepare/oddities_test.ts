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
  const of = (count: number) =>
    Array.from(
      { length: 12 },
      (_, i) => ({ patient: i < count ? "7" : `p${i}`, split: undefined }),
    );
  const notes = stage("notes", 12);
  const described = describePatients(of(7), { source: "corpus", notes });
  assert.match(described.join(), /^7 of 12 documents are one patient's/);
  assert.deepEqual(describePatients(of(7), { source: "mimic3", notes }), []);
  assert.deepEqual(describePatients(of(6), { source: "corpus", notes }), []);
});

Deno.test("fault 87: notes without a patient are said where they are dealt out to splits", () => {
  const notes = stage("notes", 12, { "without a patient": 3 });
  const described = (split: "train" | undefined) =>
    describePatients([{ patient: "7", split }], { source: "corpus", notes });
  assert.match(
    described(undefined).join(),
    /^notes: 3 of 12 without a patient; each counts as another/,
  );
  assert.deepEqual(described("train"), []);
});

Deno.test("fault 60: a patient whose id has several forms in several given splits is said", () => {
  const given = (patient: string, split: "train" | "test") => ({ patient, split });
  const documents = [
    given("007", "train"),
    given("7", "test"),
    given("8", "train"),
    given("8", "train"),
  ];
  const [said] = describePatients(documents, { source: "corpus", notes: stage("notes", 4) });
  assert.match(
    said!,
    /^1 patients whose ids have several forms, such as 007 and 7, are in several/,
  );
});
