import assert from "node:assert/strict";
import { assign } from "../../../model/config/assign.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { startEngine } from "../../../model/engine/engine.ts";
import {
  createRun,
  openRun,
  requireConfig,
  requireDataset,
  type Run,
} from "../../../model/run/run.ts";
import { isRun, rewriteConfig } from "../../../model/run/record.ts";
import { type Dataset, openDataset } from "../../../pipeline/dataset/open.ts";
import { IntegrityError, UsageError } from "../../../pipeline/errors.ts";
import { join } from "node:path";
import { temporary } from "../../_support/tiny.ts";
import { type TinyOptions, writeTinyDataset } from "../../_support/tiny_dataset.ts";

/** A run in `directory` that has not begun, and the dataset that it was made on. */
async function newRun(directory: string): Promise<{ run: Run; dataset: Dataset }> {
  const dataset = await tinyDataset(`${directory}/data`);
  return { run: await begin(`${directory}/run`, dataset), dataset };
}

async function tinyDataset(path: string, options: TinyOptions = {}): Promise<Dataset> {
  await writeTinyDataset(path, options);
  return await openDataset(path);
}

async function begin(path: string, dataset: Dataset): Promise<Run> {
  const engine = await startEngine();
  return await createRun(path, { config: resolveConfig({}), dataset, engine });
}

Deno.test("a directory without a configuration is no run", async () => {
  await using directory = await temporary();
  assert.equal(await isRun(directory.path), false);
  await assert.rejects(openRun(directory.path), UsageError);
});

Deno.test("a new run is a run", async () => {
  await using directory = await temporary();
  const made = await newRun(directory.path);
  assert.equal(await isRun(made.run.directory), true);
});

Deno.test("a run holds its dataset's lists and what the dataset says of itself", async () => {
  await using directory = await temporary();
  const made = await newRun(directory.path);
  const { dataset, labels, vocabulary } = await openRun(made.run.directory);
  assert.deepEqual({ labels, vocabulary }, {
    labels: made.dataset.labels,
    vocabulary: made.dataset.vocabulary,
  });
  assert.deepEqual(dataset, {
    directory: await Deno.realPath(made.dataset.directory),
    hash: made.dataset.hash,
    labelSet: "full",
    source: "corpus",
    restricted: false,
    synthetic: true,
    dimensions: 100,
    sentences: true,
  });
});

Deno.test("a run made before datasets said where sentences begin says that they do not", async () => {
  await using directory = await temporary();
  const { run } = await newRun(directory.path);
  const path = join(run.directory, "config.json");
  const { sha256: _sha256, ...record } = JSON.parse(await Deno.readTextFile(path));
  delete record.dataset.sentences;
  await Deno.writeTextFile(path, JSON.stringify({ ...record, version: 1 }));
  assert.equal((await openRun(run.directory)).dataset.sentences, false);
});

for (
  const [file, what, change, message] of [
    [
      "vocabulary.txt",
      "another word",
      (text) => text.replace("word001", "word002"),
      /vocabulary.txt: it is not as it was written/,
    ],
    [
      "labels/icd.csv",
      "another kind of code",
      (text) => text.replace("diagnosis", "procedure"),
      /icd.csv: it is not as it was written/,
    ],
    [
      "config.json",
      "a value out of range",
      (text) => text.replace(`"gamma": 2`, `"gamma": -2`),
      /loss.gamma is -2/,
    ],
    [
      "config.json",
      "a prototype",
      (text) => text.replace(`"format"`, `"__proto__": {}, "format"`),
      /config.json/,
    ],
    [
      "config.json",
      "another version",
      (text) => text.replace(`"version": 2`, `"version": 3`),
      /expected a run of format version 1 or 2/,
    ],
    ["config.json", "its end cut off", (text) => text.slice(0, 100), /config.json/],
  ] as [string, string, (text: string) => string, RegExp][]
) {
  Deno.test(`a run is refused whose ${file} has ${what}`, async () => {
    await using directory = await temporary();
    const made = await newRun(directory.path);
    const path = `${made.run.directory}/${file}`;
    const text = await Deno.readTextFile(path);
    assert.notEqual(change(text), text);
    await Deno.writeTextFile(path, change(text));
    await assert.rejects(
      openRun(made.run.directory),
      (error) => error instanceof IntegrityError && message.test(error.message),
    );
  });
}

Deno.test("a run that has not begun is made anew", async () => {
  await using directory = await temporary();
  const made = await newRun(directory.path);
  const config = assign(resolveConfig({}), { seed: 9 });
  const engine = await startEngine();
  await createRun(made.run.directory, { config, dataset: made.dataset, engine });
  assert.equal((await openRun(made.run.directory)).config.seed, 9);
});

Deno.test("a changed configuration is recorded, and nothing else changes", async () => {
  await using directory = await temporary();
  const made = await newRun(directory.path);
  const config = assign(made.run.config, { epochs: 99 });
  await rewriteConfig(made.run.directory, config);
  assert.deepEqual(await openRun(made.run.directory), { ...made.run, config });
});

Deno.test("the dataset that a run was made on is accepted", async () => {
  await using directory = await temporary();
  const made = await newRun(directory.path);
  requireDataset(made.run, made.dataset);
});

for (
  const [what, options, names] of [
    ["labels", { labels: { icd: 7, ccs: 4 } }, "manifest, icd labels, ccs labels"],
    ["words", { vocabulary: 13 }, "manifest, vocabulary"],
  ] as const
) {
  Deno.test(`a dataset with other ${what} is refused, and what differs named`, async () => {
    await using directory = await temporary();
    const documents = { train: 0, dev: 0, test: 0 }; // labels name how many documents carry them
    const dataset = await tinyDataset(`${directory.path}/data`, { documents });
    const other = await tinyDataset(`${directory.path}/other`, { documents, ...options });
    const run = await begin(`${directory.path}/run`, dataset);
    assert.throws(
      () => requireDataset(run, other),
      (error) => error instanceof IntegrityError && error.message.includes(`(${names} differ)`),
    );
  });
}

Deno.test("a run goes on with other epochs and patience, and with nothing else changed", async () => {
  await using directory = await temporary();
  const made = await newRun(directory.path);
  requireConfig(made.run, assign(made.run.config, { epochs: 9, patience: 9 }));
  const other = assign(made.run.config, { epochs: 9, "loss.gamma": 1, seed: 3 });
  assert.throws(
    () => requireConfig(made.run, other),
    (error) => error instanceof IntegrityError && /in loss.gamma, seed;/.test(error.message),
  );
});
