import assert from "node:assert/strict";
import { systemWork } from "../../../tasks/bench/systems.ts";
import { tinyRequest } from "../../_support/fake_work.ts";

Deno.test("a system is measured as its authors set it", async () => {
  const labels = { icd: 50, ccs: 38 };
  const { seconds, more } = await systemWork.run({
    ...tinyRequest("/nowhere"),
    system: "laat",
    workload: { documents: 9, tokens: 12, mixed: false, hidden: 4, labels },
  });
  assert.equal(seconds.length, 1);
  assert.equal(more.inference.length, 1);
  assert.ok(seconds[0]! > 0 && more.inference[0]! > 0);
  assert.equal(more.batchSize, 8);
  assert.equal(more.parameters, 902_706);
});
