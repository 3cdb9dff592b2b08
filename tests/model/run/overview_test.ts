import assert from "node:assert/strict";
import { join } from "node:path";
import { lockRun } from "../../../model/run/lock.ts";
import { readOverview } from "../../../model/run/overview.ts";
import { readRecord, rewriteConfig } from "../../../model/run/record.ts";
import { Earlier } from "../../_support/earlier.ts";

/** Changes a copy of an earlier version's run, and looks at it. */
async function after(change: (run: string) => Promise<void> | void) {
  using earlier = new Earlier();
  await change(earlier.run);
  return await readOverview(earlier.run);
}

Deno.test("a run that came to its end is finished, with its metrics", async () => {
  const { state, progress, record, metrics, problems } = await after(() => {});
  assert.deepEqual([state, problems], ["finished", []]);
  assert.equal(progress.epoch, record!.config.epochs);
  assert.equal(metrics!.systems[0]!.system, "marn");
});

Deno.test("a run that has epochs left is stopped", async () => {
  const { state } = await after(async (run) => {
    const { config } = await readRecord(run);
    await rewriteConfig(run, { ...config, epochs: config.epochs + 1 });
  });
  assert.equal(state, "stopped");
});

Deno.test("a run whose lock is held is running", async () => {
  using earlier = new Earlier();
  using _lock = await lockRun(earlier.run);
  assert.equal((await readOverview(earlier.run)).state, "running");
});

Deno.test("a look does not keep a trainer out", async () => {
  using earlier = new Earlier();
  const looks = Array.from({ length: 20 }, () => readOverview(earlier.run));
  using _lock = await lockRun(earlier.run);
  await Promise.all(looks);
});

for (
  const [what, change, problem] of [
    ["record is cut", (run: string) => Deno.truncate(join(run, "config.json"), 30), /config\.json/],
    [
      "last checkpoint is cut",
      (run: string) => Deno.truncate(join(run, "last.safetensors"), 30),
      /last/,
    ],
    [
      "last checkpoint is gone",
      (run: string) => Deno.remove(join(run, "last.safetensors")),
      /last/,
    ],
    [
      "best checkpoint is gone",
      (run: string) => Deno.remove(join(run, "best.safetensors")),
      /best/,
    ],
  ] as const
) {
  Deno.test(`a run whose ${what} is damaged, and says so`, async () => {
    const { state, problems } = await after(change);
    assert.equal(state, "damaged");
    assert.match(problems[0]!, problem);
  });
}

Deno.test("metrics that cannot be read are a problem, and the run is not damaged", async () => {
  const { state, metrics, problems } = await after((run) =>
    Deno.writeTextFile(join(run, "metrics.json"), "{}")
  );
  assert.deepEqual([state, metrics], ["finished", undefined]);
  assert.match(problems[0]!, /metrics\.json.*evaluate the run again/);
});
