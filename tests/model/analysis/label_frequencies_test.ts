import assert from "node:assert/strict";
import { describeTail, rankLabels } from "../../../model/analysis/label_frequencies.ts";
import { labelNamed } from "../../_support/label_planes.ts";

/** A label that so many documents of each split carry. */
function label(code: string, train: number, dev: number, test: number) {
  return { ...labelNamed(code), documents: { train, dev, test } };
}

Deno.test("labels are ranked by the documents of all splits, ties by code", () => {
  const ranked = rankLabels([label("b", 1, 1, 0), label("a", 0, 1, 1), label("c", 1, 1, 1)]);
  assert.deepEqual(ranked.map(({ rank, code, documents }) => [rank, code, documents]), [
    [1, "c", 3],
    [2, "a", 2],
    [3, "b", 2],
  ]);
});

Deno.test("the tail says what the median label has, and how many are rare", () => {
  const tail = describeTail(
    rankLabels([11, 10, 3].map((count, at) => label(`${at}`, count, 0, 0))),
  );
  assert.deepEqual(tail, { labels: 3, median: 10, rare: 2 / 3, head: 11 / 24 });
});

Deno.test("the head is a tenth of the labels, rounded up", () => {
  const ranked = rankLabels(Array.from({ length: 20 }, (_, at) => label(`${at}`, at + 1, 0, 0)));
  assert.equal(describeTail(ranked).head, (20 + 19) / 210);
});

Deno.test("no labels have no tail", () => {
  const { labels, median, rare, head } = describeTail([]);
  assert.deepEqual([labels, median, rare, head], [0, NaN, NaN, NaN]);
});
