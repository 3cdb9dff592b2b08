import assert from "node:assert/strict";
import type { Stage } from "../../../pipeline/manifest.ts";
import { countLists } from "../../../pipeline/prepare/list_stages.ts";
import { type PerSplit, perSplit } from "../../../pipeline/schema.ts";
import { cohortNotes, type CohortSubject } from "../../../tasks/report/cohort_notes.ts";
import { labelsOf, mimicDataset } from "../../_support/evaluation_report.ts";

const notesOf = (subject: CohortSubject) => cohortNotes(subject).join("\n");

/** Stages of lists of these sizes, the first `missing` ids of the train list without codes. */
function stages(labelSet: string, sizes: PerSplit<number>, missing: number): Stage[] {
  const idsOf = (split: string, size: number) =>
    Array.from({ length: size }, (_, at) => `${split} ${at}`);
  const lists = perSplit((split) => new Set(idsOf(split, sizes[split])));
  const { train, dev, test } = lists;
  const kept = train.union(dev).union(test).difference(new Set(idsOf("train", missing)));
  return countLists(labelSet, lists, kept, () => "without codes");
}

const full = (changes: object = {}, options: object = {}) =>
  mimicDataset({ labelSet: "full", ...changes }, { split: "caml", top: null, ...options });

Deno.test("without published lists there is nothing to say", () => {
  assert.deepEqual(cohortNotes(mimicDataset({}, { split: "patient" })), []);
});

Deno.test("how many of the listed documents are there, why the others are not, what the paper has", () => {
  const listed = stages("full", { train: 47_723, dev: 1_631, test: 3_372 }, 4);
  assert.match(
    notesOf(full({ stages: listed })),
    /^Documents of the published lists: train 47,719 of 47,723 \(4 without codes\), dev 1,631 of 1,631, test 3,372 of 3,372\. The paper has 47,719, 1,631 and 3,372\.$/m,
  );
});

Deno.test("the paper's top 50 has a document more in each split than the lists", () => {
  const listed = stages("top50", { train: 8_066, dev: 1_573, test: 1_729 }, 0);
  assert.match(
    notesOf(mimicDataset({ stages: listed })),
    /train 8,066 of 8,066, .* The paper has 8,067, 1,574 and 1,730, one more than each list has\./,
  );
});

Deno.test("the published labels are named, and what counting would give", () => {
  const topCodes = { onlyHere: ["93.90"], onlyGiven: ["37.23"] };
  assert.match(
    notesOf(mimicDataset({ topCodes })),
    /^Labels: the published 50 codes\. The most frequent have 93\.90 where the list has 37\.23\.$/m,
  );
  assert.match(notesOf(mimicDataset()), /^Labels: the published 50 codes\.$/m);
});

Deno.test("other labels are named as what they are", () => {
  const other = (topBy: string) => {
    const dataset = mimicDataset({}, { topBy });
    return notesOf({ ...dataset, labels: { ...dataset.labels, icd: labelsOf(["401.9"]) } });
  };
  assert.match(other("list"), /^Labels: the listed codes\.$/m);
  assert.match(other("frequency"), /^Labels: the most frequent codes\.$/m);
});

/** The note on a full label set of these diagnoses and procedures. */
function codesNote(diagnoses: readonly string[], procedures: readonly string[]): string {
  const icd = [...labelsOf(diagnoses), ...labelsOf(procedures, "procedure")];
  return notesOf({ ...full(), labels: { icd, ccs: [] } });
}

Deno.test("codes that CAML's integers would merge are counted beside the paper's 8,921", () => {
  assert.match(
    codesNote(["003.0", "401.9"], ["00.66", "06.6", "01.10", "11.0", "96.04"]),
    /^Labels: 7 codes, read as strings; the paper has 8,921\. .* procedures as integers, .*: 4 of these codes would become 2 \(such as 00\.66 and 06\.6\), and 5 be left\.$/m,
  );
});

Deno.test("where integers would merge none, that is said", () => {
  assert.match(codesNote(["003.0"], ["00.66", "96.04"]), /none of these codes would become one/);
});

Deno.test("edin-clean: its rule for labels, and where tokens differ from its own", () => {
  const clean = mimicDataset(
    { labelSet: "full" },
    { split: "edin-clean", top: null, minCodeDocuments: 10 },
  );
  const vocabulary = ["<pad>", "<unk>", "pain", "x_ray", "café", "5mg"];
  const notes = notesOf({ ...clean, vocabulary });
  assert.match(notes, /codes in at least 10 documents, as theirs/);
  assert.match(notes, /Tokens are ours: .*; 2 of the 4 words of the vocabulary have one\.$/m);
  assert.doesNotMatch(notes, /the paper has/i);
});
