import assert from "node:assert/strict";
import { estimateOver, meanOf, medianOf } from "../../../model/analysis/estimate.ts";

Deno.test("the deviation is that of a sample", () => {
  const { mean, deviation } = estimateOver([2, 4, 4, 6]);
  assert.equal(mean, 4);
  assert.equal(deviation, Math.sqrt(8 / 3));
});

Deno.test("an undefined value makes the estimate undefined", () => {
  assert.deepEqual(estimateOver([1, NaN]), { mean: NaN, deviation: NaN });
});

Deno.test("the median is the value in the middle, or halfway between two", () => {
  assert.equal(medianOf([9, 1, 2]), 2);
  assert.equal(medianOf([9, 1, 2, 4]), 3);
});

Deno.test("nothing has neither mean nor median", () => {
  assert.deepEqual([meanOf([]), medianOf([])], [NaN, NaN]);
});
