import assert from "node:assert/strict";
import { editDistance, nearest } from "../../../pipeline/text/nearest.ts";

for (
  const [a, b, distance] of [
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "", 3],
    ["kitten", "sitting", 3],
    ["hidden", "hiden", 1],
    ["ab", "ba", 2],
  ] as const
) {
  Deno.test(`"${a}" becomes "${b}" by ${distance} changes`, () => {
    assert.equal(editDistance(a, b), distance);
  });
}

Deno.test("the nearest candidate takes the fewest changes", () => {
  assert.equal(nearest("epoch", ["seed", "epochs", "patience"]), "epochs");
});

Deno.test("of equally near candidates the first is nearest", () => {
  assert.equal(nearest("x", ["ab", "cd"]), "ab");
});

Deno.test("letters of another case are no change", () => {
  assert.equal(nearest("SEED", ["loss", "seed"]), "seed");
  assert.equal(nearest("caml", ["CNN", "CAML"]), "CAML");
});

Deno.test("of no candidates none is nearest", () => {
  assert.equal(nearest("x", []), "");
});
