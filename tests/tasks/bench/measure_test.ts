import assert from "node:assert/strict";
import { median, spreadOf, timeRuns } from "../../../tasks/bench/measure.ts";

Deno.test("the median of an even number of values is the mean of the middle two", () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([5, 1, 3]), 3);
});

Deno.test("a spread has the median and the range, and needs a value", () => {
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { median: 2.5, least: 1, greatest: 4 });
  assert.deepEqual(spreadOf([7]), { median: 7, least: 7, greatest: 7 });
  assert.throws(() => spreadOf([]), /expected at least one/);
});

Deno.test("the first run is not counted", async () => {
  let calls = 0;
  const seconds = await timeRuns(3, () => void calls++);
  assert.equal(calls, 4);
  assert.equal(seconds.length, 3);
  assert.ok(seconds.every((s) => s >= 0 && s < 1));
});
