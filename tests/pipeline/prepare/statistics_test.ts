import assert from "node:assert/strict";
import { type CohortDocument, describeCohort } from "../../../pipeline/prepare/statistics.ts";
import type { Label } from "../../../pipeline/schema.ts";

const document = (
  split: CohortDocument["split"],
  patient: string,
  tokens: number,
  icd: number,
): CohortDocument => ({ split, patient, tokens, labels: { icd, ccs: 1 } });
const label = (code: string, train: number, test: number): Label => ({
  code,
  kind: "diagnosis",
  title: `title of ${code}`,
  group: "",
  documents: { train, dev: 0, test },
});
const documents = [
  document("train", "a", 10, 1),
  document("train", "a", 20, 2),
  document("train", "b", 30, 6),
  document("test", "c", 5_000, 3),
];
const icd = [label("1", 0, 3), label("2", 10, 0), label("3", 11, 4), label("4", 501, 0)];
const statistics = describeCohort(documents, { icd, ccs: [] });
const [train, test, all] = statistics.splits;

Deno.test("splits that have documents are described, then all of them together", () => {
  assert.deepEqual(statistics.splits.map(({ split }) => split), ["train", "test", "all"]);
  assert.deepEqual(describeCohort([], { icd: [], ccs: [] }).splits, []);
});

Deno.test("documents, patients and tokens are counted", () => {
  const sizes = statistics.splits.map(({ documents, patients, tokens }) => [
    documents,
    patients,
    tokens,
  ]);
  assert.deepEqual(sizes, [[3, 2, 60], [1, 1, 5_000], [4, 3, 5_060]]);
});

Deno.test("labels a document have mean, median and maximum, by label set", () => {
  assert.deepEqual(train!.icd, { mean: 3, median: 2, max: 6 });
  assert.deepEqual(train!.ccs, { mean: 1, median: 1, max: 1 });
});

Deno.test("lengths have quantiles, the longest and the mean", () => {
  assert.deepEqual(train!.length, {
    p5: 11,
    p25: 15,
    median: 20,
    p75: 25,
    p95: 29,
    max: 30,
    mean: 20,
  });
  assert.equal(all!.length.max, 5_000);
});

Deno.test("documents longer than where systems cut are counted", () => {
  assert.deepEqual(test!.longer, { than2500: 1, than4000: 1 });
  assert.deepEqual(train!.longer, { than2500: 0, than4000: 0 });
});

Deno.test("codes fall into bands by training documents", () => {
  const { icdBands } = statistics;
  assert.deepEqual(icdBands.map(({ band, labels, pairs }) => [band, labels, pairs]), [
    ["0", 1, 3],
    ["1–10", 1, 10],
    ["11–50", 1, 15],
    ["51–100", 0, 0],
    ["101–500", 0, 0],
    ["over 500", 1, 501],
  ]);
});

Deno.test("the most frequent codes come first, with their share of all documents", () => {
  assert.deepEqual(statistics.frequent.map(({ code }) => code), ["4", "3", "2", "1"]);
  assert.deepEqual(statistics.frequent.at(-1), {
    code: "1",
    title: "title of 1",
    documents: 3,
    share: 3 / 4,
  });
});

Deno.test("the file's keys stand in the format's order", () => {
  assert.deepEqual(Object.keys(statistics), ["splits", "icdBands", "ccsBands", "frequent"]);
  assert.deepEqual(Object.keys(train!).slice(-4), ["length", "longer", "icd", "ccs"]);
});
