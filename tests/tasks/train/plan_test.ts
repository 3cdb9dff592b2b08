import assert from "node:assert/strict";
import type { TrainFlags } from "../../../tasks/train/flags.ts";
import { planTraining } from "../../../tasks/train/plan.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

const flags = { data: "data/top50", engine: "auto", checkpointMinutes: 10 } as const;
const plan = (changes: Partial<TrainFlags>, labelSet = "top50") =>
  planTraining({ ...flags, ...changes }, labelSet);

Deno.test("without --out a run's directory is named after the dataset and the system", async () => {
  const named = [
    [{}, "runs/top50-marn"],
    [{ model: "caml" }, "runs/top50-caml"],
    [{ base: "bigru" }, "runs/top50-bigru"],
    [{ data: "other/full/" }, "runs/full-marn"],
    [{ out: "here", model: "caml" }, "here"],
  ] as const;
  for (const [changes, directory] of named) {
    assert.equal((await plan(changes)).directory, directory);
  }
});

Deno.test("without --preset the label set decides", async () => {
  assert.equal((await plan({}, "top50")).config.monitor, "p@5");
  assert.equal((await plan({}, "full")).config.monitor, "p@8");
  assert.equal((await plan({ preset: "mimic3-50" }, "full")).config.monitor, "p@5");
});

Deno.test("a run goes on with its own configuration, but for what is said", async () => {
  await using trained = await TrainedRun.create();
  const resumed = await plan({ out: trained.run, resume: true, epochs: 7 });
  assert.equal(resumed.run?.directory, trained.run);
  assert.deepEqual(resumed.config, { ...resumed.run!.config, epochs: 7 });
});

Deno.test("a run is not gone on with unless that is asked for", async () => {
  await using trained = await TrainedRun.create();
  assert.equal((await plan({ out: trained.run })).run, undefined);
  assert.equal((await plan({ out: `${trained.run}/none`, resume: true })).run, undefined);
});

Deno.test("a system that is named comes with its whole configuration", async () => {
  await using trained = await TrainedRun.create();
  const { config, run } = await plan({ out: trained.run, resume: true, model: "marn" });
  assert.notEqual(config.batchSize, run!.config.batchSize);
});
