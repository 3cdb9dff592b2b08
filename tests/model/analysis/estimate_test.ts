import assert from "node:assert/strict";
import { estimateOver, meanOf } from "../../../model/analysis/estimate.ts";

Deno.test("the deviation is that of a sample", () => {
  const { mean, deviation } = estimateOver([2, 4, 4, 6]);
  assert.equal(mean, 4);
  assert.equal(deviation, Math.sqrt(8 / 3));
});

Deno.test("an undefined value makes the estimate undefined", () => {
  assert.deepEqual(estimateOver([1, NaN]), { mean: NaN, deviation: NaN });
});

Deno.test("nothing has no mean", () => {
  assert.equal(meanOf([]), NaN);
});
