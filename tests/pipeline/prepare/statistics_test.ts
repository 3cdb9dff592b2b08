import assert from "node:assert/strict";
import type { Label } from "../../../pipeline/schema.ts";
import {
  type CohortDocument,
  describeCohort,
  formatStatistics,
} from "../../../pipeline/prepare/statistics.ts";

const document = (
  split: CohortDocument["split"],
  patient: string,
  tokens: number,
  icd: number,
): CohortDocument => ({ split, patient, tokens, icd, ccs: 1 });
const label = (code: string, train: number, test: number): Label => ({
  code,
  kind: "diagnosis",
  title: `title | ${code}`,
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

Deno.test("sizes, lengths and labels a document, by split and in all", () => {
  const { splits } = describeCohort(documents, icd, []);
  assert.deepEqual(splits.map(({ split }) => split), ["train", "test", "all"]);
  const [train, test, all] = splits;
  assert.deepEqual([train!.documents, train!.patients, train!.tokens], [3, 2, 60]);
  assert.deepEqual(train!.icd, { mean: 3, median: 2, max: 6 });
  assert.deepEqual([train!.length.median, train!.length.mean, train!.length.p25], [20, 20, 15]);
  assert.deepEqual(test!.longer, { than2500: 1, than4000: 1 });
  assert.deepEqual([all!.documents, all!.patients, all!.length.max], [4, 3, 5_000]);
});

Deno.test("codes fall into bands by training documents", () => {
  const { icdBands, frequent } = describeCohort(documents, icd, []);
  assert.deepEqual(icdBands.map(({ band, labels, pairs }) => [band, labels, pairs]), [
    ["0", 1, 3],
    ["1–10", 1, 10],
    ["11–50", 1, 15],
    ["51–100", 0, 0],
    ["101–500", 0, 0],
    ["over 500", 1, 501],
  ]);
  assert.deepEqual(frequent.map(({ code }) => code), ["4", "3", "2", "1"]);
});

Deno.test("the page is Markdown: every row of a table has its header's cells", () => {
  const page = formatStatistics(describeCohort(documents, icd, icd), "Cohort");
  const tables = page.trimEnd().split("\n\n").filter((block) => block.startsWith("|"));
  assert.equal(tables.length, 4);
  for (const block of tables) {
    const cells = block.split("\n").map((row) => row.replaceAll("\\|", "").split("|").length);
    assert.equal(new Set(cells).size, 1, block);
  }
});

Deno.test("an empty cohort has no splits", () => {
  assert.deepEqual(describeCohort([], [], []).splits, []);
});
