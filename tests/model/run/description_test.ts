import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import { startEngine } from "../../../model/engine/engine.ts";
import { tf } from "../../../model/engine/tf.ts";
import { describeTraining } from "../../../model/run/description.ts";
import { trainRun } from "../../../model/run/train_run.ts";
import type { ModelEvent, StepEvent } from "../../../model/train/observer.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { decodeSafetensors } from "../../../pipeline/files/safetensors.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

Deno.test("a description is what training then does", async (t) => {
  await using folder = await temporary();
  const [data, run] = [`${folder.path}/data`, `${folder.path}/run`];
  await writeTinyDataset(data);
  const dataset = await openDataset(data);
  const set = ["model.hidden=4", "batchSize=4", "maxTokens=15", "microTokens=45"];
  const settings = {
    config: resolveConfig({ epochs: 1, set }),
    dataset,
    engine: await startEngine(),
  };
  const before = tf.memory().numTensors;
  const description = await describeTraining(settings);
  const after = tf.memory().numTensors;
  const models: ModelEvent[] = [];
  const steps: StepEvent[] = [];
  await trainRun({
    ...settings,
    directory: run,
    observers: [{
      onModel: (event) => models.push(event),
      onStep: (event) => steps.push(event),
    }],
  });

  await t.step("it has the parameters that training says", () => {
    assert.equal(description.parameters, models[0]!.parameters);
  });

  await t.step("it has the step that training asks memory for", () => {
    const { shape, needed } = models[0]!.memory!;
    assert.deepEqual(description.memory.step!.shape, shape);
    assert.equal(description.memory.step!.needed, needed);
  });

  await t.step("its tensors are those of the checkpoint", async () => {
    const { tensors } = decodeSafetensors(await Deno.readFile(`${run}/best.safetensors`));
    assert.deepEqual(
      description.tensors.map(({ name, shape }) => [name, [...shape]]),
      [...tensors].map(([name, { shape }]) => [name, [...shape]]),
    );
  });

  await t.step("its epoch has as many steps", () => {
    assert.deepEqual([steps.length, models[0]!.steps], Array(2).fill(description.epoch.steps));
  });

  await t.step("it leaves no tensor behind", () => assert.equal(after, before));
});
