import assert from "node:assert/strict";
import { onMpi } from "../_support/mpi.ts";
import { measureTask } from "./measure_task.ts";
import { takeSteps } from "./take_steps.ts";

Deno.test("a command's clock, processor and memory are measured", async () => {
  const { seconds, processor, peak } = await measureTask("completion", ["bash"]);
  assert.ok(seconds > 0.05 && seconds < 60, `${seconds} s`);
  assert.ok(processor > 0.05 && processor < 60, `${processor} s of the processor`);
  assert.ok(peak > 30e6 && peak < 1e9, `${peak} bytes`); // Deno itself takes some 60 MB
});

Deno.test("a command that fails is measured as nothing, and says why", async () => {
  await assert.rejects(
    measureTask("completion", ["tcsh"]),
    /completion tcsh ended with 2: .*tcsh/s,
  );
});

for (const size of [1, 2]) {
  onMpi(`steps of ${size} ranks are measured`, async () => {
    const labels = { icd: 5, ccs: 3 };
    const workload = { documents: 4, tokens: 20, mixed: false, hidden: 4, labels };
    const { parameters, ...found } = await takeSteps(size, { workload, steps: 2 });
    assert.equal(found.seconds.length, 2);
    assert.equal(found.processor.length, size);
    assert.equal(found.waited.length, size);
    for (const seconds of [...found.seconds, ...found.processor, ...found.sums]) {
      assert.ok(seconds > 0, JSON.stringify(found));
    }
    assert.ok(parameters > 1000);
  });
}
