import assert from "node:assert/strict";
import { onEveryEngine } from "../_support/engines.ts";
import { CUTS, long, stopAfter, Workshop } from "../_support/workshop.ts";

onEveryEngine(
  "cut after any of 20 steps and resumed to its end, a run leaves the same bytes",
  async () => {
    using whole = await Workshop.open();
    await whole.train(long);
    for (const step of CUTS) {
      using shop = await Workshop.open();
      assert.equal((await shop.train({ ...long, ...stopAfter(step) })).finished, false);
      assert.equal((await shop.train({ ...long, resume: "last" })).finished, true);
      for (const which of ["best", "last"] as const) {
        assert.deepEqual(shop.bytes(which), whole.bytes(which), `${which} after step ${step}`);
      }
    }
  },
);
