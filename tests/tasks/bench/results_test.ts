import assert from "node:assert/strict";
import type { WorkResult } from "../../../tasks/bench/process.ts";
import { compare, joinTables, ratioOf } from "../../../tasks/bench/results.ts";

Deno.test("tables of one title become one, rows in order", () => {
  const columns = [{ key: "work", head: "work", unit: "text" }] as const;
  const table = (title: string, ...works: string[]) => ({
    title,
    columns,
    rows: works.map((work) => ({ work })),
  });
  const joined = joinTables([table("Speed", "a"), table("Memory", "m"), table("Speed", "b", "c")]);
  assert.deepEqual(joined, [table("Speed", "a", "b", "c"), table("Memory", "m")]);
});

const result = <More>(seconds: number[], peak: number, more: More): WorkResult<More> => ({
  seconds,
  peak,
  more,
});
const ours = [result([1, 2, 9], 300, null), result([4], 200, null)];

Deno.test("the ratio is theirs over ours, repetition by repetition", () => {
  assert.deepEqual(ratioOf([2, 4], [3, 8]), { median: 1.75, least: 1.5, greatest: 2 });
});

Deno.test("a row has medians over runs, ranges over processes, the least peak, and who computed", () => {
  const theirs = [result([6], 90, { by: "gensim" }), result([4], 95, { by: "gensim" })];
  assert.deepEqual(compare("word2vec", { ours, theirs }), {
    work: "word2vec",
    here: { median: 3, least: 2, greatest: 4 },
    peakHere: 200,
    python: { median: 5, least: 4, greatest: 6 },
    ratio: { median: 2, least: 1, greatest: 3 },
    peakPython: 90,
    by: "gensim",
  });
});

Deno.test("a row without a peer is ours alone", () => {
  const row = compare("word2vec", { ours, theirs: [] });
  assert.deepEqual(Object.keys(row), ["work", "here", "peakHere"]);
});
