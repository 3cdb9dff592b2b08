import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import { monitorValue } from "../../../model/metrics/monitor.ts";
import { openRun } from "../../../model/run/run.ts";
import { restoreModel } from "../../../model/run/restore.ts";
import { splitTruth } from "../../../model/scoring.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { TASKS } from "../../../pipeline/schema.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { small, Workshop } from "../../_support/workshop.ts";
import { scoreSplit } from "../../_support/score_split.ts";

onEveryEngine(
  "a trained run holds its configuration and thresholds of every label set",
  async () => {
    using shop = await Workshop.open();
    assert.equal((await shop.train()).finished, true);
    const run = await openRun(shop.run);
    assert.deepEqual(run.config, small);
    const { model, thresholds } = await restoreModel(run, "best");
    model.weights.dispose();
    assert.deepEqual(Object.keys(thresholds), TASKS);
    assert.ok(Object.values(thresholds).every((threshold) => threshold > 0 && threshold < 1));
  },
);

onEveryEngine("training leaves no tensor behind", async () => {
  using shop = await Workshop.open();
  const before = tf.memory().numTensors;
  await shop.train();
  assert.equal(tf.memory().numTensors, before);
});

onEveryEngine("the best weights are those of the best value on dev", async () => {
  using shop = await Workshop.open();
  const { state } = await shop.train();
  const run = await openRun(shop.run);
  const { model } = await restoreModel(run, "best");
  const dataset = await openDataset(shop.data);
  const scores = await scoreSplit(model, dataset, "dev", run.config);
  model.weights.dispose();
  using dev = await readSplit(dataset, "dev");
  const value = monitorValue(small.monitor, scores.icd!, splitTruth(dev, "icd"));
  assert.equal(value, state.stopping.best);
});

onEveryEngine("a run's log holds every step and every epoch", async () => {
  using shop = await Workshop.open();
  await shop.train();
  const log = (await Deno.readTextFile(`${shop.run}/log.jsonl`)).trimEnd().split("\n");
  const epoch = ["step", "step", "step", "epoch"];
  assert.deepEqual(log.map((line) => JSON.parse(line).event), [...epoch, ...epoch]);
});
