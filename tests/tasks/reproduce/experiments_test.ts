import assert from "node:assert/strict";
import { paperTables } from "../../../tasks/report/paper_tables.ts";
import { byProtocol, experiments } from "../../../tasks/reproduce/experiments.ts";
import { experimentOf } from "../../_support/experiments.ts";

Deno.test("the experiments are the paper's six tables and its figures of data", () => {
  assert.deepEqual(experiments.map(({ id, labelSet, target }) => [id, labelSet, target]), [
    ["table-1", "top50", "icd"],
    ["table-2", "full", "icd"],
    ["table-3", "top50", "ccs"],
    ["table-4", "full", "ccs"],
    ["table-5", "top50", "icd"],
    ["table-6", "full", "icd"],
    ["figure-1", "full", "icd"],
    ["figure-3", "full", "icd"],
    ["figure-8", "top50", "icd"],
    ["figure-9", "full", "icd"],
    ["figure-10", "full", "icd"],
    ["figure-11", "top50", "icd"],
    ["figure-12", "top50", "icd"],
    ["figure-13", "top50", "icd"],
  ]);
});

for (const { number, title, columns, rows } of paperTables) {
  Deno.test(`table ${number} has the paper's rows, each with a value or a gap for each column`, () => {
    const experiment = experimentOf(`table-${number}`);
    assert.equal(experiment.title, `Table ${number}: ${title}`);
    const further = ["MARN, raw vectors", "linear up-sampling"];
    const own = experiment.rows.map(({ name }) => name).filter((name) => !further.includes(name));
    assert.deepEqual(own, Object.keys(rows));
    assert.deepEqual(experiment.columns, columns);
    assert.ok(Object.values(experiment.paper).every(({ length }) => length === columns.length));
  });
}

for (const number of [1, 2, 5, 6]) {
  Deno.test(`table ${number} has MARN on raw vectors behind MARN`, () => {
    const names = experimentOf(`table-${number}`).rows.map(({ name }) => name);
    assert.equal(names[names.indexOf("MARN") + 1], "MARN, raw vectors");
  });
}

for (const number of [5, 6]) {
  Deno.test(`table ${number} ends with the linear projection of the paper's footnote`, () => {
    assert.equal(experimentOf(`table-${number}`).rows.at(-1)!.name, "linear up-sampling");
  });
}

for (const number of [3, 4]) {
  Deno.test(`table ${number} is by the paper's protocol unless told otherwise`, () => {
    const experiment = experimentOf(`table-${number}`);
    assert.equal(experiment.protocol, "paper");
    assert.equal(byProtocol(experiment, "paper"), experiment);
  });

  Deno.test(`table ${number} by the authors' protocol has the same rows under another name`, () => {
    const own = experimentOf(`table-${number}`);
    const { id, protocol, rows } = byProtocol(own, "authors");
    assert.deepEqual([id, protocol], [`table-${number}-authors`, "authors"]);
    assert.deepEqual(rows.map(({ name }) => name), own.rows.map(({ name }) => name));
  });
}

Deno.test("an experiment with one way to train its rows has no protocol", () => {
  assert.throws(() => byProtocol(experimentOf("table-1"), "paper"), {
    name: "UsageError",
    message: /^reading --protocol paper: table-1 has one way .*--table 3 or --table 4$/,
  });
});

Deno.test("a figure has the paper's numbers where a table has the same system", () => {
  assert.deepEqual(experimentOf("figure-8").paper["BiGRU"], [59.2]);
  assert.deepEqual(experimentOf("figure-8").paper["BiGRU + MTL"], [64.6]);
  assert.deepEqual(experimentOf("figure-8").paper["BiGRU + MTL + RAM"], [65.2]); // MT-RAM
  assert.deepEqual(experimentOf("figure-10").paper["MARN"], [11.6, 58.4, 75.4]);
  assert.deepEqual(experimentOf("figure-12").paper["γ = 2"], [68.2, 71.8, 67.3]);
  assert.deepEqual(experimentOf("figure-13").paper["λ_d = 1"], [64.4, 69.4, 66.1]); // its text says so too
});

Deno.test("Figure 8 has the two values that the README of MT-RAM's release gives", () => {
  assert.deepEqual(experimentOf("figure-8").paper["CAML + MTL + RAM"], [62.5]);
  assert.deepEqual(experimentOf("figure-8").paper["MultiResCNN + MTL + RAM"], [64.1]);
});

Deno.test("every value of the paper belongs to a row", () => {
  for (const { id, paper, rows } of experiments) {
    const names = rows.map(({ name }) => name);
    assert.deepEqual(Object.keys(paper).filter((name) => !names.includes(name)), [], id);
  }
});
