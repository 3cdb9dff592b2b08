import assert from "node:assert/strict";
import { isExhausted, observe, unobserved } from "../../../model/train/early_stopping.ts";

Deno.test("the first of equal epochs stays best, and staleness starts anew with a better one", () => {
  const values = [0.1, 0.3, 0.3, 0.2, 0.4, 0.4, 0.1];
  const stale: number[] = [];
  let state = unobserved;
  values.forEach((value, epoch) => {
    state = observe(state, value, epoch);
    stale.push(state.stale);
  });
  assert.deepEqual(stale, [0, 0, 1, 2, 0, 1, 2]);
  assert.deepEqual(state, { best: 0.4, bestEpoch: 4, stale: 2 });
  assert.equal(isExhausted(state, 3), false);
  assert.equal(isExhausted(state, 2), true);
});

Deno.test("a first value of zero counts as observed", () => {
  assert.deepEqual(observe(unobserved, 0, 0), { best: 0, bestEpoch: 0, stale: 0 });
});
