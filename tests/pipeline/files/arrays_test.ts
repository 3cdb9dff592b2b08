import fc from "fast-check";
import assert from "node:assert/strict";
import { joinArrays } from "../../../pipeline/files/arrays.ts";

Deno.test("arrays are joined in order, empty ones too, and stay as they are", () => {
  fc.assert(fc.property(fc.array(fc.array(fc.integer())), (lists) => {
    const parts = lists.map((list) => Int32Array.from(list));
    assert.deepEqual(joinArrays(Int32Array, parts), Int32Array.from(lists.flat()));
    assert.deepEqual(parts.map((part) => [...part]), lists);
  }));
});

Deno.test("the joined array is of the kind that is asked for", () => {
  assert.deepEqual(joinArrays(Float64Array, []), new Float64Array());
  assert.deepEqual(joinArrays(Uint8Array, [Uint8Array.of(255)]), Uint8Array.of(255));
});
