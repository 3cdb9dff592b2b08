import assert from "node:assert/strict";
import { labelGroups } from "../../../model/metrics/groups.ts";
import type { Label } from "../../../pipeline/schema.ts";

function label(kind: Label["kind"], train: number): Label {
  return { code: "", kind, title: "", group: "", documents: { train, dev: 0, test: 0 } };
}

Deno.test("every label is in one kind and one band, at the bands' ends too", () => {
  const trains = [0, 1, 10, 11, 50, 51, 100, 101, 500, 501];
  const labels = trains.map((train, at) => label(at % 3 ? "diagnosis" : "procedure", train));
  const groups = labelGroups(labels).map(({ name, columns }) => [name, ...columns]);
  assert.deepEqual(groups, [
    ["diagnoses", 1, 2, 4, 5, 7, 8],
    ["procedures", 0, 3, 6, 9],
    ["not in training", 0],
    ["in 1–10 training documents", 1, 2],
    ["in 11–50 training documents", 3, 4],
    ["in 51–100 training documents", 5, 6],
    ["in 101–500 training documents", 7, 8],
    ["in more than 500 training documents", 9],
  ]);
});

Deno.test("a group that holds all labels is left out: it is the whole", () => {
  assert.deepEqual(labelGroups([label("code", 5), label("code", 7)]), []);
});
