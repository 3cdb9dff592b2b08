import assert from "node:assert/strict";
import { evaluateSplit } from "../../../model/metrics/evaluate.ts";
import { METRICS } from "../../../model/metrics/names.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import type { Label, Manifest } from "../../../pipeline/schema.ts";
import {
  type EvaluationReport,
  formatReport,
  headlineTables,
  metricTitle,
  reportNotes,
} from "../../../tasks/report/evaluation.ts";

const labels = (["diagnosis", "procedure"] as const).map((kind): Label => {
  return { code: kind, kind, title: "", group: "", documents: { train: 5, dev: 1, test: 1 } };
});
const split = evaluateSplit(
  { documents: 2, labels: 2, scores: Float32Array.of(0.9, 0.2, 0.3, 0.6) },
  joinRows([Int32Array.of(0), Int32Array.of(0)]),
  { labels, threshold: 0.25 },
);
const evaluation = { threshold: 0.25, splits: { dev: split, test: split } };
const mimic = {
  labelSet: "top50",
  restricted: true,
  synthetic: false,
  documents: { train: 9, dev: 2, test: 2 },
  labels: { icd: 2, ccs: 2 },
  options: { source: "mimic3", split: "published", ccsLabels: "paper" },
} as Manifest; // the keys that a report reads
const report: EvaluationReport = {
  config: resolveConfig({}),
  engine: "some engine",
  manifest: mimic,
  systems: [
    { system: "marn", tasks: { icd: evaluation, ccs: evaluation } },
    { system: "code frequency", tasks: { icd: evaluation, ccs: evaluation } },
  ],
};

Deno.test("on MIMIC-III with the published split the paper stands beside the test figures", () => {
  const tables = headlineTables(report);
  assert.deepEqual(tables.map(({ title }) => title.replace(/:.*/, "")), [
    "ICD codes, dev",
    "ICD codes, test",
    "CCS categories, dev",
    "CCS categories, test",
  ]);
  assert.deepEqual(tables.map(({ columns }) => columns.slice(3)), [
    [],
    ["paper, Table 1"],
    [],
    ["paper, Table 3"],
  ]);
  const microF1 = tables[1]!.rows.find(([name]) => name === "micro F1");
  assert.deepEqual(microF1, ["micro F1", "50.0", "50.0", "71.8"]);
});

Deno.test("elsewhere there is no paper, and what the data is, is said", () => {
  const synthetic = { ...report, manifest: { ...mimic, synthetic: true, restricted: false } };
  assert(headlineTables(synthetic).every(({ columns }) => columns.length === 3));
  assert.match(reportNotes(synthetic).join(), /notes are synthetic/);
  assert.match(reportNotes(report).join(), /restricted by its data use agreement/);
  const regression = { ...report.systems[1]!, system: "bag-of-words logistic regression" };
  const beside = { ...report, systems: [report.systems[0]!, regression] };
  const full = { ...beside, manifest: { ...mimic, labels: { icd: 8921, ccs: 295 } } };
  assert.match(reportNotes(full).join(), /fitted for the 1000 most frequent labels/);
  assert.doesNotMatch(reportNotes(beside).join(), /fitted for/);
});

Deno.test("the report holds every metric, the thresholds and the groups of labels", () => {
  const text = formatReport(report);
  for (const metric of METRICS) {
    assert(text.includes(`| ${metricTitle(metric)} `), metricTitle(metric));
  }
  assert.match(text, /^\| tuned threshold +\| +0.250 \| +0.250 \|/m);
  assert.match(text, /^### ICD codes, dev, MARN by group of labels$/m);
  assert.match(text, /^\| diagnoses +\| +1 \| +2 \|/m);
  assert.match(text, /^\| procedures +\| +1 \| +0 \| +\|/m); // its AUC is undefined
});
