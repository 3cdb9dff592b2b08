import assert from "node:assert/strict";
import { rowOf, runBench } from "../_support/run_bench.ts";

Deno.test("start, step and metrics give finite, positive figures for programs", async () => {
  const { code, report, stderr } = await runBench(["--only", "start,step,metrics"]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(report.failures, []);
  assert.ok(report.machine.processors > 0 && report.machine.memory > 0 && report.machine.engine);
  assert.match(stderr, /^measuring training step, ours 1\/1… \d/m);
  for (const work of ["engine start", "training step", "metrics of 100 × 200 scores"]) {
    const { here, peakHere } = rowOf(report, "work", work);
    for (const seconds of [here.median, here.least, here.greatest]) {
      assert.ok(seconds > 0 && seconds < 600, `${work}: ${seconds}`);
    }
    assert.ok(peakHere > 1e7, `${work}: ${peakHere} bytes`);
  }
  const [rates] = report.tables.find(({ title }) => title === "Model FLOP/s")!.rows;
  for (const key of ["tokens", "rate", "matmul", "share"]) assert.ok(rates[key].median > 0, key);
  for (const part of ["embedding", "recurrence", "RAM", "attention", "loss", "update"]) {
    const { forward, share } = rowOf(report, "part", part);
    assert.ok(forward > 0 && share > 0 && share < 1, part);
  }
});

Deno.test("a peer that fails leaves our figures, and the exit code says so", async () => {
  const { code, report } = await runBench(["--only", "metrics", "--peer", "python"], {
    MARN_PEER_PYTHON: "/nowhere/python",
  });
  assert.equal(code, 5);
  assert.ok(rowOf(report, "work", "metrics of 100 × 200 scores").here.median > 0);
  assert.equal(report.failures.length, 1);
});

Deno.test("an unknown part, nothing to repeat and a check without a peer are usage errors", async () => {
  for (
    const args of [
      ["--only", "stepp"],
      ["--repeats", "0"],
      ["--markdown"],
      ["--only", "check"],
      ["--peer", "fortran"],
    ]
  ) {
    const { code, stderr } = await runBench(args);
    assert.equal(code, 2, `${args}: ${stderr}`);
  }
});
