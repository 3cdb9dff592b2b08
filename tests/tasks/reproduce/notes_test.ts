import assert from "node:assert/strict";
import type { Dataset } from "../../../pipeline/dataset/open.ts";
import type { Manifest } from "../../../pipeline/manifest.ts";
import {
  isComparable,
  type NotesSubject,
  reproductionNotes,
} from "../../../tasks/reproduce/notes.ts";
import { byProtocol } from "../../../tasks/reproduce/experiments.ts";
import { selectRows } from "../../../tasks/reproduce/select_rows.ts";
import { planRuns } from "../../../tasks/reproduce/plan.ts";
import type { SummaryRow } from "../../../tasks/reproduce/summary.ts";
import { experimentOf } from "../../_support/experiments.ts";

const published = {
  labelSet: "top50",
  synthetic: false,
  documents: { train: 8066, dev: 1573, test: 1729 },
  options: { source: "mimic3", split: "published", ccsLabels: "paper" },
} as Manifest; // the keys that are read

/** Two seeds of an experiment, planned for a dataset whose manifest has these changes. */
function subject(id: string, changes: object = {}, options: object = {}): NotesSubject {
  const experiment = experimentOf(id);
  const manifest = { ...published, ...changes, options: { ...published.options, ...options } };
  const set = ["epochs=2"];
  const runs = planRuns(experiment, { preset: "mimic3-50", seeds: 2, set, dataset: "abc" });
  return {
    experiment,
    dataset: { directory: "data/top50", manifest } as Dataset,
    runs,
    preset: "mimic3-50",
    set,
    seeds: 2,
    engineTitle: "some engine",
  };
}

const notesOf = (subject: NotesSubject, rows: SummaryRow[] = []) =>
  reproductionNotes(subject, rows).join("\n");

Deno.test("the paper's numbers stand beside the published split of MIMIC-III", () => {
  assert.ok(isComparable(subject("table-1")));
  assert.match(notesOf(subject("table-1")), /^MIMIC-III, published split\.$/m);
});

Deno.test("elsewhere the notes say why the paper's numbers are left out", () => {
  const others: [NotesSubject, RegExp][] = [
    [subject("table-1", { synthetic: true }), /notes are synthetic.* compare and are left out/],
    [subject("table-1", {}, { source: "corpus" }), /Not MIMIC-III \(data\/top50\): .*are left out/],
    [subject("table-1", {}, { split: "patient" }), /but not the published split .*are left out/],
    [subject("table-1", { labelSet: "top20" }), /with other labels, top20: .*are left out/],
    [
      subject("table-4", { labelSet: "full" }, { ccsLabels: "separate" }),
      /labels separate, where .* are left out/,
    ],
  ];
  for (const [other, said] of others) {
    assert.equal(isComparable(other), false);
    assert.match(notesOf(other), said);
  }
});

Deno.test("CCS categories that stay apart leave ICD codes comparable, and are said", () => {
  const separate = subject("table-2", { labelSet: "full" }, { ccsLabels: "separate" });
  assert.ok(isComparable(separate));
  assert.match(notesOf(separate), /ccs-labels separate: the paper merged/);
});

for (const id of ["table-1", "table-3"]) {
  Deno.test(`CCS categories that stay apart are the paper's for the top 50 codes: ${id}`, () => {
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
