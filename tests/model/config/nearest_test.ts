import assert from "node:assert/strict";
import { editDistance, nearest } from "../../../model/config/nearest.ts";

Deno.test("edit distance counts insertions, deletions and substitutions", () => {
  for (
    const [a, b, distance] of [
      ["", "", 0],
      ["", "abc", 3],
      ["abc", "", 3],
      ["kitten", "sitting", 3],
      ["hidden", "hiden", 1],
    ] as const
  ) assert.equal(editDistance(a, b), distance, `${a} ${b}`);
});

Deno.test("nearest takes the closest, the first of equals, and nothing of nothing", () => {
  assert.equal(nearest("epoch", ["seed", "epochs", "patience"]), "epochs");
  assert.equal(nearest("x", ["ab", "cd"]), "ab");
  assert.equal(nearest("x", []), "");
});
