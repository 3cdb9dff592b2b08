import fc from "fast-check";
import assert from "node:assert/strict";
import {
  formatCoverage,
  formatDocuments,
  formatLabels,
  formatVocabulary,
  parseDocuments,
  parseLabels,
  parseVocabulary,
} from "../../../pipeline/dataset/lists.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { CODE_KINDS, type Label } from "../../../pipeline/schema.ts";
import { readCsv } from "../../_support/read_csv.ts";

/** Texts with all that CSV gives a meaning to, and numbers whose zeros must live. */
const text = fc.string({ unit: fc.constantFrom('"', ",", "\n", "é", "a", "0", "7") });
const plain = { noNullPrototype: true } as const;
const label: fc.Arbitrary<Label> = fc.record({
  code: text,
  kind: fc.constantFrom(...CODE_KINDS),
  title: text,
  group: text,
  documents: fc.record({ train: fc.nat(), dev: fc.nat(), test: fc.nat() }, plain),
}, plain);

Deno.test("labels are read back as they were written", () => {
  fc.assert(fc.property(fc.array(label), (labels) => {
    assert.deepEqual(parseLabels(formatLabels(labels), "icd.csv"), labels);
  }));
});

Deno.test("documents are read back as they were written", () => {
  const documents = fc.array(fc.record({ id: text, patient: text }, plain));
  fc.assert(fc.property(documents, (documents) => {
    assert.deepEqual(parseDocuments(formatDocuments(documents), "dev.csv"), documents);
  }));
});

Deno.test("a vocabulary is read back as it was written, a token a line", () => {
  const tokens = ["<pad>", "<unk>", "fever", "été"];
  assert.equal(formatVocabulary(tokens), "<pad>\n<unk>\nfever\nété\n");
  assert.deepEqual(parseVocabulary(formatVocabulary(tokens)), tokens);
});

Deno.test("fault 21: the list of uncovered codes counts the documents of all splits", () => {
  const documents = { train: 3, dev: 0, test: 2 };
  const csv = formatCoverage([
    { code: "428.0", kind: "diagnosis", title: "failure, acute", group: "", documents },
  ]);
  assert.deepEqual(readCsv(csv).map((row) => row.map(({ text }) => text)), [
    ["code", "kind", "title", "documents"],
    ["428.0", "diagnosis", "failure, acute", "5"],
  ]);
});

const header = "index,code,kind,title,group,train,dev,test\n";
const refused = {
  "other columns": "index,code\n0,001\n",
  "an index out of place": `${header}1,001.0,code,,,1,2,3\n`,
  "an unknown kind": `${header}0,001.0,verdict,,,1,2,3\n`,
  "a count that is none": `${header}0,001.0,code,,,1,2,many\n`,
};
for (const [what, csv] of Object.entries(refused)) {
  Deno.test(`labels with ${what} are refused by their path`, () => {
    assert.throws(() => parseLabels(csv, "labels/icd.csv"), {
      name: IntegrityError.name,
      message: /^reading labels\/icd\.csv: .*; prepare again$/,
    });
  });
}

Deno.test("documents with other columns are refused", () => {
  assert.throws(() => parseDocuments("id\n7\n", "splits/dev.csv"), IntegrityError);
});

Deno.test("ids keep their leading zeros", () => {
  assert.deepEqual(parseDocuments("id,patient\n007,08\n", "x"), [{ id: "007", patient: "08" }]);
});

Deno.test("a list without a word is empty", () => {
  assert.deepEqual(parseVocabulary(formatVocabulary([])), []);
});
