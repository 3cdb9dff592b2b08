import assert from "node:assert/strict";
import { type ConfigRequest, resolveConfig } from "../../../model/config/presets.ts";
import { PUBLISHED_CODES } from "../../../pipeline/lists/shipped.ts";
import type { Task } from "../../../pipeline/schema.ts";
import type { CohortSubject } from "../../../tasks/report/cohort_notes.ts";
import { paperObstacle, paperRow } from "../../../tasks/report/paper.ts";
import { paperTables } from "../../../tasks/report/paper_tables.ts";
import { protocolRows } from "../../../tasks/reproduce/rows.ts";
import { labelsOf, mimicDataset } from "../../_support/evaluation_report.ts";

const full = mimicDataset({ labelSet: "full" }, { top: null, topBy: "frequency" });

Deno.test("a run on MIMIC-III's published split and labels has the paper's row beside it", () => {
  const row = (request: ConfigRequest, task: Task, dataset = mimicDataset()) => {
    const found = paperRow(resolveConfig(request), task, dataset);
    return found && [found.table, (100 * found.values.get("micro_f1")!).toFixed(1)];
  };
  assert.deepEqual(row({}, "icd"), [1, "71.8"]);
  assert.deepEqual(row({}, "icd", full), [2, "58.4"]);
  assert.deepEqual(row({}, "ccs"), [3, "75.0"]);
  assert.deepEqual(row({ ram: false }, "icd"), [5, "69.9"]);
  assert.deepEqual(row({ mtl: false, loss: "bce" }, "icd", full), [6, "55.6"]);
  assert.equal(row({ mtl: false, ram: false }, "icd"), undefined); // not in the paper
  assert.equal(row({ ram: false }, "ccs"), undefined);
});

for (const { number, labelSet, rows } of paperTables.filter(({ task }) => task === "ccs")) {
  const dataset = labelSet === "full" ? full : mimicDataset();
  const names = Object.keys(rows);

  Deno.test(`Table ${number}'s rows stand beside systems trained by the paper's protocol`, () => {
    for (const { name, request } of protocolRows("paper", names)) {
      const row = paperRow(resolveConfig({ target: "ccs", ...request }), "ccs", dataset)!;
      assert.equal(row.table, number);
      assert.equal(row.values.get("micro_f1"), rows[name]![3]! / 100, name);
    }
  });

  Deno.test(`Table ${number}'s rows stand beside no system that its own authors' way trained`, () => {
    for (const { name, request } of protocolRows("authors", names)) {
      const row = paperRow(resolveConfig({ target: "ccs", ...request }), "ccs", dataset);
      assert.equal(row !== undefined, name === "MARN", name);
    }
  });
}

Deno.test("a value that the paper lacks is left out", () => {
  const row = paperRow(resolveConfig({ model: "fusion" }), "icd", full);
  assert.deepEqual([row!.values.has("p@8"), row!.values.has("p@15")], [true, false]);
});

Deno.test("the lists that ship and those of a folder compare alike", () => {
  for (const split of ["caml", "published"]) {
    assert.equal(paperObstacle(mimicDataset({}, { split }), "icd"), undefined);
  }
});

/** A dataset with other ICD codes. */
const coded = (codes: readonly string[], changes: object = {}, options: object = {}) => {
  const dataset = mimicDataset(changes, options);
  return { ...dataset, labels: { ...dataset.labels, icd: labelsOf(codes) } };
};
const counted = PUBLISHED_CODES.with(-1, "93.90"); // 37.23 is the last

const obstacles: Record<string, [CohortSubject, RegExp]> = {
  "synthetic notes": [mimicDataset({ synthetic: true }), /^Synthetic notes$/],
  "a corpus": [mimicDataset({}, { source: "corpus" }), /^Not MIMIC-III$/],
  "a split by patient": [mimicDataset({}, { split: "patient" }), /not the published split/],
  "edin-clean": [mimicDataset({}, { split: "edin-clean" }), /not the published split/],
  "a label that is not published": [coded(counted), /labels of top50 are not the published 50/],
  "a label less": [coded(PUBLISHED_CODES.slice(1)), /not the published 50/],
  "another number of labels": [
    coded(["401.9"], { labelSet: "top1" }, { top: 1 }),
    /labels of top1 are not the published/,
  ],
  "labels without rare ones": [
    mimicDataset({ labelSet: "full" }, { top: null, minCodeDocuments: 10 }),
    /without the codes in fewer than 10 documents/,
  ],
};
for (const [what, [dataset, obstacle]] of Object.entries(obstacles)) {
  Deno.test(`${what}: no row of the paper, and the reason`, () => {
    assert.match(paperObstacle(dataset, "icd") ?? "", obstacle);
    assert.equal(paperRow(resolveConfig({}), "icd", dataset), undefined);
  });
}

Deno.test("the labels of the full set are whatever codes there are", () => {
  assert.equal(paperObstacle({ ...full, labels: coded(["401.9"]).labels }, "icd"), undefined);
});

/** A dataset whose CCS categories of both kinds stay apart. */
const apart = (...categories: readonly string[]) => {
  const dataset = mimicDataset({}, { ccsLabels: "separate" });
  return { ...dataset, labels: { ...dataset.labels, ccs: labelsOf(categories) } };
};

Deno.test("categories that stay apart compare where the paper's merging would merge none", () => {
  assert.equal(paperObstacle(apart("dx:98", "dx:108", "pr:47"), "ccs"), undefined);
});

Deno.test("categories of one number that stay apart have no row of the paper for CCS", () => {
  const dataset = apart("dx:47", "dx:108", "pr:47");
  assert.match(paperObstacle(dataset, "ccs")!, /--ccs-labels separate, where the paper merged/);
  assert.equal(paperObstacle(dataset, "icd"), undefined);
});

Deno.test("MARN as its authors do not have it has no row of theirs", () => {
  for (const set of ["model.unitEmbedding=false", "model.ramUp=linear"]) {
    assert.equal(paperRow(resolveConfig({ set: [set] }), "icd", mimicDataset()), undefined, set);
  }
});
