import assert from "node:assert/strict";
import { threeCharacters } from "../../../pipeline/codes/three_characters.ts";
import type { CodeKind } from "../../../pipeline/schema.ts";

function categoriesOf(...codes: (readonly [CodeKind, string])[]): number[] {
  return [...threeCharacters(codes.map(([kind, code]) => ({ kind, code })))];
}

Deno.test("codes that begin alike share a category, whatever their points and case", () => {
  assert.deepEqual(
    categoriesOf(["code", "I50.9"], ["code", "i5010"], ["code", "I51"]),
    [0, 0, 1],
  );
});

Deno.test("codes of two kinds share none", () => {
  assert.deepEqual(categoriesOf(["diagnosis", "45.13"], ["procedure", "45.13"]), [0, 1]);
});

Deno.test("a code of fewer characters is a category of its own", () => {
  assert.deepEqual(categoriesOf(["procedure", "45"], ["procedure", "45.1"]), [0, 1]);
});
