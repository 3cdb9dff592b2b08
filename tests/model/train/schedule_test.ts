import assert from "node:assert/strict";
import { rateFactor } from "../../../model/train/schedule.ts";

Deno.test("without a schedule the rate stays", () => {
  for (const step of [0, 1, 99, 500]) {
    assert.equal(rateFactor(step, 100, { warmup: 0, linearDecay: false }), 1);
  }
});

Deno.test("warm-up rises to 1 within its share, decay falls to the end and stays there", () => {
  const schedule = { warmup: 0.2, linearDecay: true };
  const factors = Array.from({ length: 12 }, (_, step) => rateFactor(step, 10, schedule));
  const expected = [0.5, 1, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8, 0, 0];
  assert.deepEqual(factors, expected);
});
