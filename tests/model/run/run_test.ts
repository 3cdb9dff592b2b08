import assert from "node:assert/strict";
import { currentEngine } from "../../../model/engine/engine.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { createRun, isRun, openRun } from "../../../model/run/run.ts";
import { restoreModel } from "../../../model/run/restore.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { IntegrityError, UsageError } from "../../../pipeline/errors.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

onEveryEngine("a run directory is checked when it is opened", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/run`;
  try {
    await writeTinyDataset(`${directory}/data`);
    const dataset = await openDataset(`${directory}/data`);
    await assert.rejects(openRun(path), UsageError);
    assert.equal(await isRun(path), false);
    const run = await createRun(path, {
      config: resolveConfig({}),
      dataset,
      engine: currentEngine(),
    });
    assert.equal(await isRun(path), true);
    assert.equal(run.thresholds, undefined);
    assert.equal(run.dataset.synthetic, true);
    await assert.rejects(restoreModel(run, "best"), IntegrityError);
    const files: [string, (text: string) => string, RegExp][] = [
      ["vocabulary.txt", (text) => text.replace("word001", "word002"), /vocabulary.txt/],
      ["labels/icd.csv", (text) => text.replace("diagnosis", "procedure"), /icd.csv/],
      ["config.json", (text) => text.replace(`"gamma": 2`, `"gamma": -2`), /loss.gamma is -2/],
      ["config.json", (text) => text.replace(`"format"`, `"__proto__": {}, "format"`), /config/],
      ["config.json", (text) => text.replace(`"version": 1`, `"version": 2`), /format version 1/],
      ["config.json", (text) => text.slice(0, 100), /config.json/],
    ];
    for (const [file, change, message] of files) {
      const text = await Deno.readTextFile(`${path}/${file}`);
      assert.notEqual(change(text), text);
      await Deno.writeTextFile(`${path}/${file}`, change(text));
      await assert.rejects(
        openRun(path),
        (error) => error instanceof IntegrityError && message.test(error.message),
        file,
      );
      await Deno.writeTextFile(`${path}/${file}`, text);
    }
    await openRun(path);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
