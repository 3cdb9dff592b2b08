import assert from "node:assert/strict";
import { type JsonReport, rowOf, runBenchTask } from "../_support/run_bench.ts";

/** One run of most topics, which the tests below look at. */
const run = await runBenchTask(["--only", "start,step,inference,linear,metrics,memory"]);

const rowsOf = ({ tables }: JsonReport, title: RegExp) =>
  tables.find((table) => title.test(table.title))!.rows;

Deno.test("a run tells its machine, what it is at, and that nothing failed", () => {
  const { code, report, stderr } = run;
  assert.equal(code, 0, stderr);
  assert.deepEqual(report.failures, []);
  const { processors, memory, engine } = report.machine;
  assert.ok(processors > 0 && memory > 1e8 && engine.length > 0);
  assert.match(stderr, /^measuring training step, ours 1\/1… \d/m);
});

for (
  const work of [
    "engine start",
    "training step",
    "inference",
    "metrics of 100 × 200 scores",
  ]
) {
  Deno.test(`${work}: seconds and memory are finite and positive`, () => {
    const { here, peakHere } = rowOf(run.report, "work", work);
    for (const seconds of [here.median, here.least, here.greatest]) {
      assert.ok(seconds > 0 && seconds < 600, `${seconds} s`);
    }
    assert.ok(peakHere > 1e7, `${peakHere} bytes`);
  });
}

Deno.test("step and inference have rates beside the largest matrix product's", () => {
  const rates = rowsOf(run.report, /^Model FLOP\/s$/);
  assert.deepEqual(rates.map(({ work }) => work), ["training step", "inference"]);
  for (const { work, tokens, rate, matmul, share } of rates) {
    for (const { median } of [tokens, rate, matmul]) assert.ok(median > 0, work);
    assert.ok(Math.abs(share.median - rate.median / matmul.median) < 1e-9, work);
  }
});

Deno.test("the parts of a step share all of it", () => {
  const rows = rowsOf(run.report, /^A training step by part/);
  assert.deepEqual(rows.map(({ part }) => part), [
    "embedding",
    "recurrence",
    "RAM",
    "attention",
    "loss",
    "update",
    "sum",
  ]);
  const parts = rows.slice(0, -1);
  const seconds = parts.map(({ forward, backward = 0 }) => forward + backward);
  const sum = seconds.reduce((a, b) => a + b);
  assert.ok(Math.abs(rows.at(-1).forward - sum) < 1e-9);
  parts.forEach(({ part, forward, share }, at) => {
    assert.ok(forward > 0 && Math.abs(share - seconds[at]! / sum) < 1e-9, part);
  });
});

Deno.test("steps of growing length have their seconds, and microseconds a token", () => {
  const rows = rowsOf(run.report, /^A training step of 4 documents by their length$/);
  assert.deepEqual(rows.map(({ tokens }) => tokens), [20, 40]);
  for (const { tokens, seconds, each, peak } of rows) {
    assert.ok(Math.abs(each.median * 4 * tokens / 1e6 - seconds.median) < 1e-9);
    assert.ok(peak > 1e7);
  }
});

Deno.test("the largest steps have their memory and passes", () => {
  const rows = rowsOf(run.report, /^Memory of one training step$/);
  assert.deepEqual(rows.map(({ step, parts }) => ({ step, parts })), [
    { step: "4 × 60 tokens, 50 + 38 labels", parts: 1 },
    { step: "6 × 60 tokens, 100 + 50 labels", parts: 1 },
  ]);
  for (const { peak, seconds } of rows) assert.ok(peak > 1e7 && seconds > 0);
});

Deno.test("a peer that fails leaves our figures, and the exit code says so", async () => {
  const { code, report } = await runBenchTask(["--only", "metrics", "--peer", "python"], {
    MARN_PEER_PYTHON: "/nowhere/python",
  });
  assert.equal(code, 5);
  assert.ok(rowOf(report, "work", "metrics of 100 × 200 scores").here.median > 0);
  assert.equal(report.failures.length, 1);
});

for (
  const [what, ...args] of [
    ["an unknown part", "--only", "stepp"],
    ["nothing to repeat", "--repeats", "0"],
    ["Markdown and JSON", "--markdown"],
    ["a check without a peer", "--only", "check"],
    ["an unknown peer", "--peer", "fortran"],
  ] as const
) {
  Deno.test(`${what}: a usage error`, async () => {
    const { code, stderr } = await runBenchTask(args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^error: /);
  });
}
