import assert from "node:assert/strict";
import { isExhausted, observe, unobserved } from "../../../model/train/early_stopping.ts";

/** The state after these values, epoch after epoch. */
function after(values: readonly number[]) {
  return values.reduce(observe, unobserved);
}

for (
  const [values, expected] of [
    [[0], { best: 0, bestEpoch: 0, stale: 0 }], // a first value of zero counts
    [[0.1, 0.3], { best: 0.3, bestEpoch: 1, stale: 0 }],
    [[0.1, 0.3, 0.3], { best: 0.3, bestEpoch: 1, stale: 1 }], // the first of equals stays best
    [[0.1, 0.3, 0.3, 0.2], { best: 0.3, bestEpoch: 1, stale: 2 }],
    [[0.1, 0.3, 0.3, 0.2, 0.4], { best: 0.4, bestEpoch: 4, stale: 0 }],
  ] as const
) {
  Deno.test(`after ${values} the best epoch is ${expected.bestEpoch}`, () => {
    assert.deepEqual(after(values), expected);
  });
}

for (
  const [values, expected] of [
    [[NaN], unobserved],
    [[NaN, NaN, 0], { best: 0, bestEpoch: 2, stale: 0 }], // as first as any
    [[NaN, 0.1, NaN, 0.1], { best: 0.1, bestEpoch: 1, stale: 1 }],
    [[0.3, NaN, NaN, 0.4], { best: 0.4, bestEpoch: 3, stale: 0 }],
  ] as const
) {
  Deno.test(`fault 77: after ${values} no undefined epoch is best or counts as stale`, () => {
    assert.deepEqual(after(values), expected);
  });
}

Deno.test("patience is exhausted by as many epochs without a better one", () => {
  const state = after([0.4, 0.4, 0.1]);
  assert.deepEqual([1, 2, 3].map((patience) => isExhausted(state, patience)), [true, true, false]);
});
