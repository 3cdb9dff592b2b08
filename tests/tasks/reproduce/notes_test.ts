import assert from "node:assert/strict";
import type { Dataset } from "../../../pipeline/dataset/open.ts";
import type { Manifest } from "../../../pipeline/schema.ts";
import { experiments } from "../../../tasks/reproduce/experiments.ts";
import { describe, isComparable } from "../../../tasks/reproduce/notes.ts";
import { planRuns } from "../../../tasks/reproduce/plan.ts";

const find = (id: string) => experiments.find((experiment) => experiment.id === id)!;
const published = {
  labelSet: "top50",
  synthetic: false,
  documents: { train: 8066, dev: 1573, test: 1729 },
  options: { source: "mimic3", split: "published", ccsLabels: "paper" },
} as Manifest; // the keys that are read
const dataset = (changes: object = {}, options: object = {}) =>
  ({
    directory: "data/top50",
    manifest: { ...published, ...changes, options: { ...published.options, ...options } },
  }) as Dataset;

function notesOf(id: string, dataset: Dataset): string {
  const experiment = find(id), set = ["epochs=2"], preset = "mimic3-50", seeds = 2;
  const runs = planRuns(experiment, { preset, seeds, set, dataset: "abc" });
  return describe({ experiment, dataset, runs, preset, set, seeds, engine: "some engine" }, [])
    .join("\n");
}

Deno.test("the paper's numbers stand beside the published split of MIMIC-III alone", () => {
  const [table1, table3] = [find("table-1"), find("table-3")];
  assert.ok(isComparable(table1, dataset()) && isComparable(table3, dataset()));
  const separate = dataset({}, { ccsLabels: "separate" });
  assert.ok(isComparable(table1, separate) && !isComparable(table3, separate));
  const others: [Dataset, RegExp][] = [
    [dataset({ synthetic: true }), /notes are synthetic.*numbers do not compare and are left out/],
    [dataset({}, { source: "corpus" }), /Not MIMIC-III \(data\/top50\): the paper's numbers/],
    [dataset({}, { split: "patient" }), /but not the published split .*are left out/],
    [dataset({ labelSet: "top20" }), /with other labels, top20: .*are left out/],
  ];
  for (const [other, said] of others) {
    assert.equal(isComparable(table1, other), false);
    assert.match(notesOf("table-1", other), said);
  }
  assert.match(notesOf("table-3", separate), /--ccs-labels separate, where .* are left out/);
});

Deno.test("the notes say what was changed, what is missing, and what the paper did otherwise", () => {
  const notes = notesOf("table-1", dataset({}, { ccsLabels: "separate" }));
  assert.match(notes, /MIMIC-III, published split/);
  assert.match(notes, /Not complete: 0 of 22 runs/);
  assert.match(notes, /over 2 seeds; preset mimic3-50, epochs=2; at most 2 epochs; .*some engine/);
  assert.match(notes, /No p-values: MARN has no finished run/);
  assert.match(notes, /ccs-labels separate: the paper merged/);
  assert.match(notes, /Fusion was trained on more documents/);
  assert.match(notes, /MDBERT without a pretrained checkpoint/);
  assert.match(notesOf("table-3", dataset()), /BiGRU row equals Table 1's CNN row/);
});
