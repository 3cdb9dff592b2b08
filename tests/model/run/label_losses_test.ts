import assert from "node:assert/strict";
import { labelLosses } from "../../../model/analysis/label_losses.ts";
import { readLabelLosses } from "../../../model/run/label_losses.ts";
import { restoreModel } from "../../../model/run/restore.ts";
import { openRun } from "../../../model/run/run.ts";
import { splitTruth } from "../../../model/scoring.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { IntegrityError, UsageError } from "../../../pipeline/errors.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";
import { TrainedRun } from "../../_support/trained_run.ts";
import { scoreSplit } from "../../_support/score_split.ts";

Deno.test("a run's losses are those of its best weights' probabilities", async () => {
  await using trained = await TrainedRun.create();
  const run = await openRun(trained.run);
  const dataset = await openDataset(trained.data);
  const { model } = await restoreModel(run, "best");
  const { icd } = await scoreSplit(model, dataset, "test", run.config);
  using documents = await readSplit(dataset, "test");
  const expected = labelLosses(icd!, splitTruth(documents, "icd"));
  assert.deepEqual(await readLabelLosses({ run, dataset, split: "test" }), expected);
  model.weights.dispose();
});

Deno.test("every document that is scored is told of", async () => {
  await using trained = await TrainedRun.create();
  const told: number[] = [];
  await readLabelLosses({
    run: await openRun(trained.run),
    dataset: await openDataset(trained.data),
    split: "train",
    onScored: (done) => told.push(done),
  });
  assert.equal(told.at(-1), 9);
});

Deno.test("a run on another dataset is refused", async () => {
  await using trained = await TrainedRun.create();
  await writeTinyDataset(`${trained.directory}/other`, { seed: 8 });
  const run = await openRun(trained.run);
  const dataset = await openDataset(`${trained.directory}/other`);
  await assert.rejects(readLabelLosses({ run, dataset, split: "test" }), IntegrityError);
});

Deno.test("a run that predicts categories alone has no losses of codes", async () => {
  await using trained = await TrainedRun.create({}, { mtl: false, target: "ccs" });
  const run = await openRun(trained.run);
  const dataset = await openDataset(trained.data);
  await assert.rejects(readLabelLosses({ run, dataset, split: "test" }), {
    name: UsageError.name,
    message: /predicts CCS labels alone, expected ICD codes; name another run$/,
  });
});
