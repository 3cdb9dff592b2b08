import assert from "node:assert/strict";
import { isSame } from "../../../tasks/bench/check.ts";

const near = { logits: 1e-6, loss: 0, gradient: 9e-4, weight: "gru.weight_hh_l0", weights: 40 };

Deno.test("results are the same if logits, loss and gradients all are near", () => {
  assert.ok(isSame(near));
  for (const key of ["logits", "loss", "gradient"]) {
    assert.ok(!isSame({ ...near, [key]: 2e-3 }), key);
    assert.ok(!isSame({ ...near, [key]: NaN }), key);
  }
});
