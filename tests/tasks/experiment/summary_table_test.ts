import assert from "node:assert/strict";
import { summarize } from "../../../tasks/experiment/summary.ts";
import { formatSummary } from "../../../tasks/experiment/summary_table.ts";
import {
  finishedRun,
  marnFinished,
  ramlessFinished,
  resultOf,
  table5,
  table5Runs,
} from "../../_support/summary_runs.ts";

const finished = [...marnFinished, ...ramlessFinished];

/** The cells of the table's lines: its head, then a line a row. */
function cellsOf(markdown: string): string[][] {
  const lines = markdown.split("\n").filter((line) => line.startsWith("| "));
  return lines.filter((_, at) => at !== 1)
    .map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
}

Deno.test("the paper's value and the difference stand behind each column of the paper", () => {
  const rows = summarize(table5, finished, marnFinished, true);
  const [head, marn] = cellsOf(formatSummary(table5, rows, [], []));
  assert.deepEqual(head, [
    "system",
    "macro AUC",
    "paper",
    "Δ",
    "micro AUC",
    "paper",
    "Δ",
    "macro F1 (CAML)",
    "paper",
    "Δ",
    "micro F1",
    "paper",
    "Δ",
    "P@5",
    "paper",
    "Δ",
    "micro F1, tuned",
    "p, micro F1",
    "p, P@5",
    "parameters",
    "training s",
  ]);
  assert.deepEqual(marn!.slice(10, 13), ["71.0 ± 1.4", "71.8", "−0.8"]);
  assert.deepEqual(marn!.slice(16), ["75.0 ± 0.0", "–", "–", "1,234,567", "10"]);
});

Deno.test("data that does not compare has the paper's columns nowhere", () => {
  const rows = summarize(table5, finished, marnFinished, false);
  const [head, , ramless] = cellsOf(formatSummary(table5, rows, [], []));
  assert.deepEqual(head!.slice(0, 3), ["system", "macro AUC", "micro AUC"]);
  assert.deepEqual(ramless!.slice(0, 3), ["w/o RAM", "60.5 ± 0.7", "60.5 ± 0.7"]);
  assert.deepEqual(ramless!.slice(6), ["75.0 ± 0.0", "0.002", "0.002", "1,234,567", "10"]);
});

Deno.test("without a row to compare there are no p-values", () => {
  const rows = summarize(table5, ramlessFinished, [], false);
  const [head] = cellsOf(formatSummary(table5, rows, [], []));
  assert.deepEqual(head!.slice(-3), ["micro F1, tuned", "parameters", "training s"]);
});

Deno.test("a value that is undefined is a dash, and so is its difference", () => {
  const rows = summarize(table5, [finishedRun("MARN", 1, resultOf(NaN, 1))], [], true);
  const [, marn] = cellsOf(formatSummary(table5, rows, [], []));
  assert.deepEqual(marn!.slice(0, 4), ["MARN", "–", "92.7", "–"]);
});

Deno.test("notes stand below the table, then what failed", () => {
  const run = table5Runs.find(({ rows }) => rows.includes("w/o MTL"))!;
  const failed = [{ run, failure: "training step 3: loss NaN" }];
  const rows = summarize(table5, finished, marnFinished, true);
  assert.match(
    formatSummary(table5, rows, failed, ["Synthetic."]),
    /^### Table 5: ablations.*\|\n\nSynthetic\.\n\n- w\/o MTL, seed 1, failed: training step 3: loss NaN\n$/s,
  );
});
