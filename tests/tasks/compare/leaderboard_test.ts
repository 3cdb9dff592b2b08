import assert from "node:assert/strict";
import { leaderboardTable, rankRows } from "../../../tasks/compare/leaderboard.ts";
import { summarize } from "../../../tasks/experiment/summary.ts";
import {
  finishedRun,
  marnFinished,
  ramlessFinished,
  resultOf,
  table5,
} from "../../_support/summary_runs.ts";

const finished = [...ramlessFinished, ...marnFinished];
const summary = summarize(table5, finished, marnFinished, false);
const subject = { labelSet: "top50", target: "icd", sort: "micro_f1" } as const;
const rows = rankRows(summary, finished, subject);

Deno.test("systems stand from the best down", () => {
  assert.deepEqual(rows.map(({ system }) => system), ["MARN", "w/o RAM"]);
});

Deno.test("a system whose metric is undefined stands last", () => {
  const undefinedRow = finishedRun("w/o MTL", 1, resultOf(NaN, 1));
  const all = [undefinedRow, ...finished];
  const ranked = rankRows(summarize(table5, all, marnFinished, false), all, subject);
  assert.equal(ranked.at(-1)!.system, "w/o MTL");
  assert.equal(ranked.at(-1)!.metrics.micro_f1!.mean, null);
});

Deno.test("the reference has no p-values, and what is worse in every document has small ones", () => {
  assert.equal(rows[0]!.p, null);
  assert.ok(rows[1]!.p!.micro_f1! < 0.01 && rows[1]!.p!["p@5"]! < 0.01);
});

Deno.test("intervals are those of the documents' counts, all of which are alike here", () => {
  const [low, high] = rows[1]!.intervals.micro_f1!; // 1 hit of 2 assigned and 2 true
  assert.ok(Math.abs(low - 50) < 1e-9 && Math.abs(high - 50) < 1e-9);
  assert.deepEqual(rows[1]!.intervals["p@5"]!.map(Math.round), [20, 20]);
});

Deno.test("the table has estimates, intervals and p-values", () => {
  const { columns, rows: cells } = leaderboardTable(rows, {
    title: "Systems",
    columns: ["micro_f1", "p@5"],
    split: "test",
    reference: "MARN",
  });
  assert.deepEqual(columns, [
    ...["system", "micro F1", "P@5", "micro F1, tuned"],
    ...["p, micro F1", "p, P@5", "parameters", "training s"],
  ]);
  assert.deepEqual(cells[0]!.slice(0, 2), ["MARN", "71.0 ± 1.4 (100.0–100.0)"]);
  assert.deepEqual([cells[0]![4], cells[1]![4]], ["", "0.002"]);
});
