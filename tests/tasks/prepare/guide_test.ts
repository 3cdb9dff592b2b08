import assert from "node:assert/strict";
import { namesNoData } from "../../../tasks/prepare/guide.ts";
import { runTask } from "../../_support/run_task.ts";

Deno.test("a command line that names anything to read is no longer without data", () => {
  assert.ok(namesNoData({}));
  for (const flags of [{ mimic: "a" }, { notes: ["a"] }, { source: "corpus" as const }]) {
    assert.ok(!namesNoData(flags));
  }
});

Deno.test("prepare without data says where to get some, and ends with 2", async () => {
  const { code, stdout, stderr } = await runTask("prepare", []);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /physionet\.org\/content\/mimiciii/);
  assert.match(stderr, /^ +deno task fixture --out/m);
});
