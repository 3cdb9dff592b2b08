import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { currentEngine } from "../../../model/engine/engine.ts";
import { tf } from "../../../model/engine/tf.ts";
import { checkpointPath, readCheckpoint } from "../../../model/run/checkpoint.ts";
import { buildModel, restoreModel } from "../../../model/run/restore.ts";
import { createRun, openRun } from "../../../model/run/run.ts";
import { openDataset, readEmbeddings } from "../../../pipeline/dataset/open.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";
import { weightValues } from "../../_support/toy.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

/** A small MARN. */
const config = assign(resolveConfig({}), { "model.hidden": 4 });

onEveryEngine("a model that is built twice has the same first weights", async () => {
  await using directory = await temporary();
  await writeTinyDataset(directory.path);
  const dataset = await openDataset(directory.path);
  const model = await buildModel(config, dataset);
  const again = await buildModel(config, dataset);
  assert.deepEqual(weightValues(again), weightValues(model));
  model.weights.dispose();
  again.weights.dispose();
});

onEveryEngine("a new model's words are the dataset's vectors", async () => {
  await using directory = await temporary();
  await writeTinyDataset(directory.path);
  const dataset = await openDataset(directory.path);
  const raw = assign(config, { "model.unitEmbedding": false });
  const model = await buildModel(raw, dataset);
  const { "word_embedding.weight": words } = weightValues(model);
  assert.deepEqual(words, [...await readEmbeddings(dataset)]);
  model.weights.dispose();
});

Deno.test("a restored model has the weights of its checkpoint", async () => {
  await using trained = await TrainedRun.create();
  const { model } = await restoreModel(await openRun(trained.run), "last");
  const { tensors } = await readCheckpoint(checkpointPath(trained.run, "last"));
  for (const [name, values] of Object.entries(weightValues(model))) {
    assert.deepEqual(values, [...tensors.get(name)!.data as Float32Array], name);
  }
  model.weights.dispose();
});

onEveryEngine("a run without a checkpoint has no model to restore", async () => {
  await using directory = await temporary();
  await writeTinyDataset(`${directory.path}/data`);
  const dataset = await openDataset(`${directory.path}/data`);
  const run = await createRun(`${directory.path}/run`, {
    config,
    dataset,
    engine: currentEngine(),
  });
  await assert.rejects(restoreModel(run, "best"), IntegrityError);
});

Deno.test("a checkpoint of another model is refused, and leaves no tensor behind", async () => {
  await using trained = await TrainedRun.create();
  const run = await openRun(trained.run);
  const other = { ...run, config: assign(run.config, { "model.hidden": 6 }) };
  const before = tf.memory().numTensors;
  await assert.rejects(restoreModel(other, "best"), IntegrityError);
  assert.equal(tf.memory().numTensors, before);
});
