import assert from "node:assert/strict";
import { topK } from "../../../model/metrics/top_k.ts";
import { createRandom } from "../../../pipeline/random.ts";

Deno.test("the k largest are those of a stable sort", () => {
  const random = createRandom(4, "top k test");
  for (const [length, k] of [[0, 3], [1, 1], [5, 9], [100, 7], [100, 100], [1000, 50]] as const) {
    const values = new Float32Array(length).map(() => random.below(40));
    const sorted = Int32Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
    assert.deepEqual(topK(values, k), sorted.slice(0, k));
  }
});
