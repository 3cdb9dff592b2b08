import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import { startEngine } from "../../../model/engine/engine.ts";
import { tf } from "../../../model/engine/tf.ts";
import { dryRun } from "../../../model/run/dry_run.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

/** A training on a tiny dataset in `folder`. */
async function requestIn(folder: string, set: readonly string[] = []) {
  const data = `${folder}/data`;
  await writeTinyDataset(data, { documents: { train: 9, dev: 5, test: 1 } });
  const small = ["model.hidden=4", "batchSize=4", "maxTokens=15", ...set];
  return {
    directory: `${folder}/new/run`,
    dataset: await openDataset(data),
    config: resolveConfig({ set: small }),
    engine: await startEngine(),
  };
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("a dry run takes a step and scores a batch of dev", async () => {
  await using folder = await temporary();
  const request = await requestIn(folder.path);
  const { step, epochSteps, scored, checkpointBytes } = (await dryRun(request))!;
  assert.deepEqual([step.step, step.epochSteps, step.documents], [1, 1, 4]);
  assert.deepEqual([epochSteps, scored], [3, 4]);
  assert.ok(checkpointBytes > 1000);
});

Deno.test("a dry run leaves no file, no folder and no tensor", async () => {
  await using folder = await temporary();
  const request = await requestIn(folder.path);
  const before = tf.memory().numTensors;
  await dryRun(request);
  assert.deepEqual(namesIn(folder.path), ["data"]);
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("a dry run that fails leaves nothing either", async () => {
  await using folder = await temporary();
  const request = await requestIn(folder.path, ["optimizer.learningRate=1e38"]);
  await assert.rejects(dryRun(request), { name: "NumericError" });
  assert.deepEqual(namesIn(folder.path), ["data"]);
});

Deno.test("a dry run that is interrupted leaves nothing", async () => {
  await using folder = await temporary();
  const request = await requestIn(folder.path);
  assert.equal(await dryRun({ ...request, interrupt: AbortSignal.abort() }), undefined);
  assert.deepEqual(namesIn(folder.path), ["data"]);
});

Deno.test("a dry run in a folder with other files is refused, and they stay", async () => {
  await using folder = await temporary();
  const request = await requestIn(folder.path);
  await Deno.writeTextFile(`${folder.path}/mine.txt`, "");
  const directory = `${folder.path}`;
  await assert.rejects(dryRun({ ...request, directory }), UsageError);
  assert.deepEqual(namesIn(folder.path), ["data", "mine.txt"]);
});
