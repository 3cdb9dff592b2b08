import fc from "fast-check";
import assert from "node:assert/strict";
import { compareCodeUnits, distinctAscending } from "../../pipeline/order.ts";

Deno.test("strings are ordered as sort orders them without a locale", () => {
  const words = fc.array(fc.string({ unit: "binary" }));
  fc.assert(fc.property(words, (words) => {
    assert.deepEqual(words.toSorted(compareCodeUnits), words.toSorted());
  }));
});

Deno.test("upper case comes before lower case, digits before both", () => {
  assert.deepEqual(["a", "B", "10", "9"].sort(compareCodeUnits), ["10", "9", "B", "a"]);
});

Deno.test("numbers rise strictly, none is lost, none is new", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: -20, max: 20 })), (numbers) => {
    const distinct = distinctAscending(numbers);
    assert.ok(distinct.every((number, at) => at === 0 || number > distinct[at - 1]!));
    assert.deepEqual(new Set(distinct), new Set(numbers));
  }));
});
