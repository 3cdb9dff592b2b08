import assert from "node:assert/strict";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { runBench } from "../../../tasks/bench/bench.ts";
import type { Topic } from "../../../tasks/bench/session.ts";

const table = (work: string) => ({
  title: "Speed",
  columns: [{ key: "work", head: "work", unit: "text" }] as const,
  rows: [{ work }],
});
const measuring = (name: string): Topic => ({
  name,
  measure: () => Promise.resolve([table(name)]),
});
const failing: Topic = {
  name: "fails",
  measure: () => Promise.reject(new IntegrityError("comparing: they differ")),
};
const options = {
  rows: 100,
  repeats: 1,
  quick: true,
  python: undefined,
  interrupt: new AbortController().signal,
  write: () => {},
};

Deno.test("a topic that fails leaves the others alone, and its exit code is the run's", async () => {
  const topics = [measuring("first"), failing, measuring("last")];
  const { report, exitCode } = await runBench(topics, options);
  assert.deepEqual(report.tables, [{
    ...table("first"),
    rows: [{ work: "first" }, { work: "last" }],
  }]);
  assert.deepEqual(report.failures, ["comparing: they differ"]);
  assert.equal(exitCode, 4);
  assert.ok(report.machine.engine.length > 0 && report.machine.memory > 1e8);
});

Deno.test("an interrupt ends with what was measured, and the folder goes", async () => {
  const controller = new AbortController();
  let folder = "";
  const interrupting: Topic = {
    name: "interrupted",
    measure({ request }) {
      folder = request.folder;
      controller.abort("SIGINT");
      return Promise.reject(controller.signal.reason);
    },
  };
  const topics = [measuring("first"), interrupting, measuring("last")];
  const { report, exitCode } = await runBench(topics, { ...options, interrupt: controller.signal });
  assert.deepEqual(report.tables, [table("first")]);
  assert.deepEqual([report.failures, exitCode], [[], 0]);
  await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
});
