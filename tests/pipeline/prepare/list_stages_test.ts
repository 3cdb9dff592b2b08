import assert from "node:assert/strict";
import { countLists, listStages } from "../../../pipeline/prepare/list_stages.ts";

const lists = { train: new Set(["a", "b", "c"]), dev: new Set(["d"]), test: new Set<string>() };
const stages = countLists("top50", lists, new Set(["a", "d"]), (id) => `${id} is gone`);

Deno.test("every id of a list is kept, or left out for a reason", () => {
  assert.deepEqual(stages.map(({ read, kept, excluded }) => [read, kept, excluded]), [
    [3, 1, { "b is gone": 1, "c is gone": 1 }],
    [1, 1, {}],
    [0, 0, {}],
  ]);
});

Deno.test("the stages of lists are found among a manifest's, by their label set", () => {
  const other = { stage: "notes", read: 1, kept: 1, excluded: {}, noted: {} };
  const found = listStages({ labelSet: "top50", stages: [other, ...stages] });
  assert.deepEqual(found, { train: stages[0], dev: stages[1], test: stages[2] });
  assert.equal(listStages({ labelSet: "full", stages: [other, ...stages] }), undefined);
});

Deno.test("where no lists decided there are none", () => {
  assert.deepEqual(countLists("full", undefined, new Set(), String), []);
});
