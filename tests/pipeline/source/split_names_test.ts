import assert from "node:assert/strict";
import { SPLIT_NAMES } from "../../../pipeline/source/split_names.ts";
import { SPLITS } from "../../../pipeline/schema.ts";

Deno.test("a split's own name and the usual others mean it", () => {
  assert.deepEqual(SPLITS.map((split) => SPLIT_NAMES.get(split)), [...SPLITS]);
  assert.deepEqual(["training", "val", "testing", "fold"].map((name) => SPLIT_NAMES.get(name)), [
    "train",
    "dev",
    "test",
    undefined,
  ]);
});
