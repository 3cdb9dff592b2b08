import assert from "node:assert/strict";
import { IntegrityError } from "../../../pipeline/errors.ts";
import {
  formatRecord,
  parseRecord,
  type ReproductionRecord,
} from "../../../tasks/reproduce/record.ts";

const record: ReproductionRecord = {
  experiment: "table-5",
  comparable: true,
  dataset: { directory: "data/top50", hash: "abc" },
  preset: "mimic3-50",
  set: ["epochs=2"],
  engine: "some engine",
  notes: ["MIMIC-III, published split."],
  columns: ["micro_f1"],
  rows: [{
    name: "w/o RAM",
    metrics: {
      micro_f1: { mean: 70, deviation: null, paper: 69.9, difference: 0.1 },
      macro_auc: { mean: NaN, deviation: null, paper: 92.3, difference: NaN },
      map: { mean: NaN, deviation: null, paper: null, difference: null },
    },
    versusMarn: { micro_f1: 0.01, precision: 0.5, seeds: [1] },
    parameters: 1234567,
    seconds: 98.5,
    runs: [{ seed: 1, name: "marn-seed1-0123456789ab" }],
  }],
  failed: [{ name: "marn-seed2-0123456789ab", rows: ["w/o RAM"], failure: "disk full" }],
};

Deno.test("a record is read back as it was written", () => {
  assert.deepEqual(parseRecord(formatRecord(record), "table-5.json"), record);
});

Deno.test("a record of Table 3 or 4 holds its protocol, and is read back with it", () => {
  const table3: ReproductionRecord = { ...record, experiment: "table-3", protocol: "paper" };
  assert.deepEqual(parseRecord(formatRecord(table3), "table-3.json"), table3);
});

Deno.test("the file's keys come in their order, undefined numbers as null", () => {
  const file = JSON.parse(formatRecord(record));
  assert.deepEqual(Object.keys(file), [
    "format",
    "version",
    "experiment",
    "comparable",
    "dataset",
    "preset",
    "set",
    "engine",
    "notes",
    "columns",
    "rows",
    "failed",
  ]);
  assert.equal(file.rows[0].metrics.macro_auc.mean, null);
});

Deno.test("a file that is not as it was written is refused, and named", () => {
  const text = formatRecord(record);
  const damaged = [
    text.slice(0, -3),
    text.replace('"version": 1', '"version": 2'),
    text.replace('"mean": 70', '"mean": "70"'),
    text.replace('"preset"', '"presets"'),
  ];
  for (const text of damaged) {
    assert.throws(() => parseRecord(text, "out/table-5.json"), (error) => {
      return error instanceof IntegrityError && /^reading out\/table-5\.json: /.test(error.message);
    });
  }
});
