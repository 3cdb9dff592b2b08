import assert from "node:assert/strict";
import type { Dataset } from "../../../pipeline/dataset/open.ts";
import {
  isComparable,
  type NotesSubject,
  reproductionNotes,
} from "../../../tasks/reproduce/notes.ts";
import { byProtocol } from "../../../tasks/reproduce/experiments.ts";
import { selectRows } from "../../../tasks/reproduce/select_rows.ts";
import { planRuns } from "../../../tasks/experiment/plan.ts";
import type { SummaryRow } from "../../../tasks/experiment/summary.ts";
import { labelsOf, mimicDataset } from "../../_support/evaluation_report.ts";
import { experimentOf } from "../../_support/experiments.ts";

const documents = { train: 8066, dev: 1573, test: 1729 };

/** Two seeds of an experiment, planned for a dataset whose manifest has these changes. */
function subject(id: string, changes: object = {}, options: object = {}): NotesSubject {
  const experiment = experimentOf(id);
  const { manifest, labels } = mimicDataset({ documents, ...changes }, options);
  const set = ["epochs=2"];
  const runs = planRuns(experiment, { preset: "mimic3-50", seeds: 2, set, dataset: "abc" });
  return {
    experiment,
    dataset: { directory: "data/top50", manifest, labels } as Dataset,
    runs,
    preset: "mimic3-50",
    set,
    seeds: 2,
    engineTitle: "some engine",
  };
}

/** The same with a number that is a category of diagnoses and, apart from it, of procedures. */
function shared(id: string): NotesSubject {
  const { dataset, ...rest } = subject(id, {}, { ccsLabels: "separate" });
  const labels = { ...dataset.labels, ccs: labelsOf(["dx:47", "pr:47"]) };
  return { ...rest, dataset: { ...dataset, labels } };
}

const notesOf = (subject: NotesSubject, rows: SummaryRow[] = []) =>
  reproductionNotes(subject, rows).join("\n");

Deno.test("the paper's numbers stand beside the published split of MIMIC-III", () => {
  assert.ok(isComparable(subject("table-1")));
  assert.match(notesOf(subject("table-1")), /^MIMIC-III, published split and labels\.$/m);
});

Deno.test("elsewhere the notes say why the paper's numbers are left out", () => {
  const others: [NotesSubject, RegExp][] = [
    [subject("table-1", { synthetic: true }), /notes are synthetic.* compare and are left out/],
    [subject("table-1", {}, { source: "corpus" }), /^Not MIMIC-III: .*are left out/m],
    [subject("table-1", {}, { split: "patient" }), /but not the published split .*are left out/],
    [subject("table-2"), /with other labels, top50: .*are left out/],
    [subject("table-1", {}, { minCodeDocuments: 2 }), /codes in fewer than 2 .*are left out/],
    [shared("table-3"), /labels separate, where .* are left out/],
  ];
  for (const [other, said] of others) {
    assert.equal(isComparable(other), false);
    assert.match(notesOf(other), said);
  }
});

Deno.test("CCS categories that stay apart leave ICD codes comparable, and are said", () => {
  const separate = shared("table-1");
  assert.ok(isComparable(separate));
  assert.match(notesOf(separate), /ccs-labels separate: the paper merged/);
});

for (const id of ["table-1", "table-3"]) {
  Deno.test(`CCS categories that stay apart but share no number are the paper's: ${id}`, () => {
    const separate = subject(id, {}, { ccsLabels: "separate" });
    assert.ok(isComparable(separate));
    assert.doesNotMatch(notesOf(separate), /ccs-labels/);
  });
}

Deno.test("the protocol of tables 3 and 4 is named below them, and whose run MARN's row is", () => {
  const notes = notesOf(subject("table-3"));
  assert.match(
    notes,
    /^Protocol paper: .* focal loss .* frozen .* label attention, DR-CAML λ = 10/m,
  );
  assert.match(notes, /MARN's row is its run of Table 1, stopped on ICD codes\.$/m);
  const table4 = subject("table-4", { labelSet: "full" });
  const authors = { ...table4, experiment: byProtocol(table4.experiment, "authors") };
  assert.match(notesOf(authors), /^Protocol authors: each .* own authors .* its run of Table 2/m);
  assert.doesNotMatch(notesOf(subject("table-1")), /Protocol/);
});

Deno.test("the notes say which word vectors MARN reads where a row has the others", () => {
  const said = /MARN reads word vectors of unit length.*"MARN, raw vectors"/;
  assert.match(notesOf(subject("table-1")), said);
  const alone = subject("table-1");
  const { experiment } = alone;
  assert.doesNotMatch(notesOf({ ...alone, experiment: selectRows(experiment, "cnn,marn") }), said);
});

Deno.test("Figure 8's notes say how its blocks are trained", () => {
  assert.match(notesOf(subject("figure-8")), /as MT-RAM's release trains them: learning rate 8e-3/);
});

Deno.test("the notes say what the paper says of a linear projection", () => {
  assert.match(notesOf(subject("table-5")), /footnote 2 .* 0\.05 to 1\.73 points/);
  assert.doesNotMatch(notesOf(subject("table-5", { synthetic: true })), /footnote/);
});

Deno.test("the notes say how the rows were trained and evaluated", () => {
  assert.match(
    notesOf(subject("table-1")),
    /^In percent, on the test split \(8066 train, 1573 dev, 1729 test documents\); mean ± deviation over 2 seeds; preset mimic3-50, epochs=2; at most 2 epochs; F1 at 0\.5, .*; engine some engine\.$/m,
  );
  const untested = { documents: { train: 9, dev: 2, test: 0 } };
  assert.match(notesOf(subject("table-1", untested)), /on the dev split \(9 train, 2 dev, 0 test/);
});

Deno.test("the notes say what is not finished, and what p-values are of", () => {
  const row: SummaryRow = {
    name: "CNN",
    metrics: {},
    versusMarn: { micro_f1: 0.5, precision: 0.5, seeds: [1] },
    parameters: 1,
    seconds: 1,
    runs: [{ seed: 1, name: "cnn-seed1" }],
  };
  assert.match(
    notesOf(subject("table-1")),
    /Not complete: 0 of 24 runs are finished\..*No p-values/s,
  );
  assert.match(notesOf(subject("table-1"), [row]), /Not complete: 1 of 24 .*p: two-sided paired/s);
});

Deno.test("where every row is MARN itself, nothing is said of p-values", () => {
  const row: SummaryRow = {
    name: "MARN",
    metrics: {},
    versusMarn: null,
    parameters: 1,
    seconds: 1,
    runs: [{ seed: 1, name: "marn-seed1" }],
  };
  assert.doesNotMatch(notesOf(subject("figure-9"), [row]), /p-values|p: /);
});

Deno.test("the notes say what the paper did otherwise", () => {
  assert.match(notesOf(subject("table-1")), /Fusion was trained on more documents/);
  assert.match(notesOf(subject("table-3")), /BiGRU row equals Table 1's CNN row/);
  assert.doesNotMatch(notesOf(subject("table-1", { synthetic: true })), /Fusion was trained/);
});

Deno.test("the notes say when MDBERT has no pretrained checkpoint", () => {
  const said = /MDBERT without a pretrained checkpoint/;
  assert.match(notesOf(subject("table-1")), said);
  assert.doesNotMatch(notesOf(subject("table-5")), said);
});

Deno.test("the notes say what became of the cohort's labels", () => {
  const topCodes = { onlyHere: ["93.90"], onlyGiven: ["37.23"] };
  assert.match(
    notesOf(subject("table-1", { topCodes })),
    /most frequent have 93\.90 where the list/,
  );
});
