import assert from "node:assert/strict";
import { paperTables } from "../../../tasks/report/paper_tables.ts";
import { experiments } from "../../../tasks/reproduce/experiments.ts";
import { experimentOf } from "../../_support/experiments.ts";

Deno.test("the experiments are the paper's six tables and three of its figures", () => {
  assert.deepEqual(experiments.map(({ id, labelSet, target }) => [id, labelSet, target]), [
    ["table-1", "top50", "icd"],
    ["table-2", "full", "icd"],
    ["table-3", "top50", "ccs"],
    ["table-4", "full", "ccs"],
    ["table-5", "top50", "icd"],
    ["table-6", "full", "icd"],
    ["figure-8", "top50", "icd"],
    ["figure-12", "top50", "icd"],
    ["figure-13", "top50", "icd"],
  ]);
});

for (const { number, title, columns, rows } of paperTables) {
  Deno.test(`table ${number} has the paper's rows, each with a value or a gap for each column`, () => {
    const experiment = experimentOf(`table-${number}`);
    assert.equal(experiment.title, `Table ${number}: ${title}`);
    assert.deepEqual(experiment.rows.map(({ name }) => name), Object.keys(rows));
    assert.deepEqual(experiment.columns, columns);
    assert.ok(Object.values(experiment.paper).every(({ length }) => length === columns.length));
  });
}

Deno.test("a figure has the paper's numbers where a table has the same system", () => {
  assert.deepEqual(experimentOf("figure-8").paper["BiGRU"], [59.2]);
  assert.deepEqual(experimentOf("figure-8").paper["BiGRU + MTL"], [64.6]);
  assert.deepEqual(experimentOf("figure-12").paper["γ = 2"], [68.2, 71.8, 67.3]);
  assert.deepEqual(experimentOf("figure-13").paper["λ_d = 1"], [64.4, 69.4, 66.1]); // its text says so too
});

Deno.test("every value of the paper belongs to a row", () => {
  for (const { id, paper, rows } of experiments) {
    const names = rows.map(({ name }) => name);
    assert.deepEqual(Object.keys(paper).filter((name) => !names.includes(name)), [], id);
  }
});
