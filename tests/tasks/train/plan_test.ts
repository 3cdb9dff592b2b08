import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import type { TrainFlags } from "../../../tasks/train/flags.ts";
import { type DatasetFacts, planTraining } from "../../../tasks/train/plan.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

const flags = { data: "data/top50", engine: "auto", checkpointMinutes: 10 } as const;
const mimic3 = { labelSet: "top50", options: { source: "mimic3" } } as const;
const corpus = { labelSet: "top50", options: { source: "corpus" } } as const;
const plan = (changes: Partial<TrainFlags>, dataset: DatasetFacts = mimic3) =>
  planTraining({ ...flags, ...changes }, dataset);

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

for (
  const [dataset, preset] of [
    [mimic3, "mimic3-50"],
    [{ ...mimic3, labelSet: "top20" }, "mimic3-50"],
    [{ ...mimic3, labelSet: "full" }, "mimic3-full"],
    [corpus, "codiesp"],
    [{ ...corpus, labelSet: "full" }, "codiesp"],
  ] as const
) {
  const { labelSet, options } = dataset;
  Deno.test(`without --preset ${labelSet} of ${options.source} takes ${preset}, and says so`, async () => {
    const { config, chosen } = await plan({ model: "caml", epochs: 3 }, dataset);
    assert.deepEqual(config, resolveConfig({ model: "caml", epochs: 3, preset }));
    assert.match(chosen!, new RegExp(`^taking --preset ${preset}: `));
  });
}

Deno.test("without --preset the reason is MIMIC-III's label set, or that the corpus is none", async () => {
  assert.match((await plan({})).chosen!, /: the label set top50 of MIMIC-III, as in the paper$/);
  assert.match(
    (await plan({}, corpus)).chosen!,
    /: the dataset is a corpus of one's own, .*mimic3-50/,
  );
});

Deno.test("a preset that is named is taken, whatever the dataset", async () => {
  for (const dataset of [mimic3, corpus]) {
    const { config, chosen } = await plan({ preset: "mimic3-full" }, dataset);
    assert.deepEqual([config, chosen], [resolveConfig({ preset: "mimic3-full" }), undefined]);
  }
});

Deno.test("a run that goes on takes no preset, be its dataset a corpus of one's own", async () => {
  await using trained = await TrainedRun.create();
  const { config, run, chosen } = await plan({ out: trained.run, resume: true }, corpus);
  assert.deepEqual([config, chosen], [run!.config, undefined]);
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
