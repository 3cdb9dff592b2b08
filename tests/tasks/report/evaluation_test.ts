import assert from "node:assert/strict";
import { METRICS } from "../../../model/metrics/names.ts";
import {
  evaluationNotes,
  formatEvaluation,
  formatHeadline,
} from "../../../tasks/report/evaluation.ts";
import type { EvaluationReport } from "../../../tasks/report/evaluation_tables.ts";
import { metricTitle } from "../../../tasks/report/metrics.ts";
import { mimicDataset, tinyReport } from "../../_support/evaluation_report.ts";

const notesOf = (report: EvaluationReport) => evaluationNotes(report).join("\n");

Deno.test("the notes say on what a run was trained and evaluated", () => {
  assert.match(
    notesOf(tinyReport),
    /^9 train, 2 dev and 2 test documents; trained with seed 1, evaluated on some engine\.$/m,
  );
});

Deno.test("the notes say what the data is", () => {
  assert.match(notesOf(tinyReport), /restricted by its data use agreement/);
  assert.doesNotMatch(notesOf(tinyReport), /synthetic/);
  const dataset = mimicDataset({ synthetic: true, restricted: false });
  assert.match(notesOf({ ...tinyReport, dataset }), /notes are synthetic/);
  assert.doesNotMatch(notesOf({ ...tinyReport, dataset }), /restricted/);
});

Deno.test("fault 77: the notes say where no epoch was the best", () => {
  assert.doesNotMatch(notesOf(tinyReport), /latest epoch/);
  assert.match(
    notesOf({ ...tinyReport, standIn: true }),
    /^\*\*No best epoch\*\*: dev p@5 was undefined in every epoch, .* the latest epoch\.$/m,
  );
});

Deno.test("the notes say what became of published lists and labels", () => {
  const dataset = mimicDataset({ topCodes: { onlyHere: ["93.90"], onlyGiven: ["37.23"] } });
  assert.match(notesOf({ ...tinyReport, dataset }), /most frequent have 93\.90 where the list has/);
});

Deno.test("the notes say how many labels logistic regression was fitted for, where not for all", () => {
  const dataset = mimicDataset({ labels: { icd: 8921, ccs: 295 } });
  const [marn, frequency] = tinyReport.systems;
  const regression = { ...frequency!, system: "bag-of-words logistic regression" };
  const said = /fitted for the 1000 most frequent labels/;
  assert.match(notesOf({ ...tinyReport, dataset, systems: [marn!, regression] }), said);
  assert.doesNotMatch(notesOf({ ...tinyReport, systems: [marn!, regression] }), said);
  assert.doesNotMatch(notesOf({ ...tinyReport, dataset }), said);
});

Deno.test("the report holds every metric and the groups of labels", () => {
  const text = formatEvaluation(tinyReport);
  assert.match(text, /^# MARN on top50$/m);
  for (const metric of METRICS) {
    assert.ok(text.includes(`| ${metricTitle(metric)} `), metricTitle(metric));
  }
  assert.match(text, /^### ICD codes, dev, MARN by group of labels$/m);
});

Deno.test("what is printed holds the metrics that papers report", () => {
  const text = formatHeadline(tinyReport);
  assert.match(text, /^9 train, .*^### ICD codes, dev: .*^\| micro F1 /ms);
  assert.doesNotMatch(text, /^#? ?MARN on|micro precision|by group of labels/m);
});
