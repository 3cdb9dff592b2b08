import assert from "node:assert/strict";
import { describeCohort } from "../../../pipeline/prepare/statistics.ts";
import { formatStatistics } from "../../../pipeline/prepare/statistics_page.ts";
import type { Stage } from "../../../pipeline/manifest.ts";
import type { Label } from "../../../pipeline/schema.ts";

const label: Label = {
  code: "428.0",
  kind: "diagnosis",
  title: "failure | congestive",
  group: "",
  documents: { train: 2, dev: 0, test: 1 },
};
const document = {
  split: "train",
  patient: "a",
  tokens: 1_200,
  labels: { icd: 1, ccs: 2 },
} as const;
const statistics = describeCohort([document], { icd: [label], ccs: [label] });
const page = formatStatistics(statistics, "Cohort", undefined);

/** Cells of every table's rows, the header's first. */
const tablesOf = (page: string) =>
  page.trimEnd().split("\n\n").filter((block) => block.startsWith("|"))
    .map((block) => block.split("\n").map((row) => row.split(/(?<!\\)\|/).slice(1, -1)));
const tables = tablesOf(page);

Deno.test("the page has a title and four tables", () => {
  assert.ok(page.startsWith("# Cohort\n\n"));
  assert.equal(tables.length, 4);
});

Deno.test("every row of a table has its header's cells, whatever a title holds", () => {
  for (const [header, ...rows] of tables) {
    assert.ok(rows.length > 1);
    for (const row of rows) assert.equal(row.length, header!.length, row.join());
  }
});

Deno.test("every label set has its columns", () => {
  const headers = tables.map(([header]) => header!.map((cell) => cell.trim()));
  assert.deepEqual(headers[0]!.slice(-2), ["ICD a document", "CCS a document"]);
  assert.deepEqual(headers[2], [
    "training documents",
    "ICD codes",
    "their pairs",
    "CCS categories",
    "their pairs",
  ]);
});

Deno.test("where lists decided, a table says what became of their ids", () => {
  const stage = (read: number, excluded: Record<string, number>): Stage => ({
    stage: "a list",
    read,
    kept: read - Object.values(excluded).reduce((sum, count) => sum + count, 0),
    excluded,
    noted: {},
  });
  const lists = {
    train: stage(47_723, { "without codes": 4, "in no table": 1_000 }),
    dev: stage(1_631, {}),
    test: stage(3_372, {}),
  };
  const [, [, , ...rows]] = tablesOf(formatStatistics(statistics, "Cohort", lists)) as [
    unknown,
    string[][],
  ];
  assert.deepEqual(rows.map((cells) => cells.map((cell) => cell.trim())), [
    ["train", "47,723", "46,719", "4 without codes, 1,000 in no table"],
    ["dev", "1,631", "1,631", ""],
    ["test", "3,372", "3,372", ""],
  ]);
});
