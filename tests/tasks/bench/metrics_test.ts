import assert from "node:assert/strict";
import { largestDifference } from "../../../tasks/bench/metrics.ts";

Deno.test("a metric that only the peer has is no agreement", () => {
  assert.equal(largestDifference({ a: 1, b: 2, c: 3 }, { a: 1, b: 2.5 }), 0.5);
  assert.ok(Number.isNaN(largestDifference({ a: 1 }, { a: 1, b: 2 })));
});
