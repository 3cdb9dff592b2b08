import assert from "node:assert/strict";
import { allTables, headlineTables } from "../../../tasks/report/evaluation_tables.ts";
import { mimicDataset, tinyIntervals, tinyReport } from "../../_support/evaluation_report.ts";

Deno.test("each label set and split that was evaluated has a table", () => {
  assert.deepEqual(headlineTables(tinyReport).map(({ title }) => title), [
    "ICD codes, dev: 2 documents, 2 labels, 1 of them present",
    "ICD codes, test: 2 documents, 2 labels, 1 of them present",
    "CCS categories, dev: 2 documents, 2 labels, 1 of them present",
    "CCS categories, test: 2 documents, 2 labels, 1 of them present",
  ]);
  const [{ tasks }] = tinyReport.systems as [typeof tinyReport.systems[0]];
  const one = { ...tinyReport, systems: [{ system: "marn", tasks: { ccs: tasks.ccs! } }] };
  assert.deepEqual(headlineTables(one).map(({ title }) => title.replace(/:.*/, "")), [
    "CCS categories, dev",
    "CCS categories, test",
  ]);
});

Deno.test("on MIMIC-III with the published split the paper stands beside the test figures", () => {
  const tables = headlineTables(tinyReport);
  assert.deepEqual(tables.map(({ columns }) => columns), [
    ["metric", "MARN", "code frequency"],
    ["metric", "MARN", "code frequency", "paper, Table 1"],
    ["metric", "MARN", "code frequency"],
    ["metric", "MARN", "code frequency", "paper, Table 3"],
  ]);
  const rowsOf = (name: string) => tables[1]!.rows.filter(([first]) => first === name);
  assert.deepEqual(rowsOf("micro F1"), [["micro F1", "50.0", "50.0", "71.8"]]);
  assert.deepEqual(rowsOf("MAP"), [["MAP", "75.0", "75.0", ""]]); // the paper has none
  assert.deepEqual(rowsOf("tuned threshold"), [["tuned threshold", "0.250", "0.250", ""]]);
});

Deno.test("elsewhere there is no paper", () => {
  const synthetic = { ...tinyReport, dataset: mimicDataset({ synthetic: true }) };
  assert.ok(headlineTables(synthetic).every(({ columns }) => columns.length === 3));
});

Deno.test("an interval stands in brackets, but for a value that is undefined", () => {
  const { config, engine, dataset, systems: [system] } = tinyReport;
  const { threshold, splits } = system!.tasks.icd!;
  const { all } = splits.dev!;
  const values = { ...all.values, micro_auc: NaN };
  const dev = { all: { ...all, values, intervals: tinyIntervals }, groups: {} };
  const tasks = { icd: { threshold, splits: { dev } } };
  const [table] = headlineTables({
    config,
    engine,
    dataset,
    systems: [{ system: "marn", tasks }],
  });
  const cells = new Map(table!.rows.map(([name, cell]) => [name, cell]));
  assert.deepEqual([cells.get("micro F1"), cells.get("micro AUC")], ["50.0 (25.0–50.0)", ""]);
});

Deno.test("groups of labels have a table behind their split's", () => {
  const tables = allTables(tinyReport);
  const [, groups] = tables;
  assert.equal(tables.length, 8);
  assert.equal(groups!.title, "ICD codes, dev, MARN by group of labels");
  assert.deepEqual(groups!.columns.slice(0, 4), ["labels", "number", "true", "macro AUC"]);
  const procedures = groups!.rows.find(([name]) => name === "procedures")!;
  assert.deepEqual(procedures.slice(0, 4), ["procedures", "1", "0", ""]); // none true: no AUC
});
