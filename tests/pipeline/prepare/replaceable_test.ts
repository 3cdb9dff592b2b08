import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { findForeignToDatasets } from "../../../pipeline/prepare/replaceable.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

/** A folder with two datasets, and files among them. */
async function datasetsWith(...files: string[]) {
  const folder = await temporary();
  for (const name of ["full", "top50"]) await writeTinyDataset(join(folder.path, name));
  for (const file of files) {
    await Deno.mkdir(dirname(join(folder.path, file)), { recursive: true });
    await Deno.writeTextFile(join(folder.path, file), "{}");
  }
  return folder;
}

Deno.test("datasets alone are all prepare's", async () => {
  await using folder = await datasetsWith();
  assert.equal(await findForeignToDatasets(folder.path), undefined);
});

Deno.test("a dataset that lacks files is prepare's all the same", async () => {
  await using folder = await datasetsWith();
  await Deno.remove(join(folder.path, "full", "shards"), { recursive: true });
  assert.equal(await findForeignToDatasets(folder.path), undefined);
});

Deno.test("fault 80: what operating systems drop is no matter", async () => {
  await using folder = await datasetsWith(".DS_Store", "full/.DS_Store", "full/shards/._x");
  assert.equal(await findForeignToDatasets(folder.path), undefined);
});

for (
  const [file, found] of [
    ["notes.txt", "notes.txt"],
    ["run/config.json", "run"],
    ["full/run/config.json", "full/run"],
    ["full/notes.txt", "full/notes.txt"],
    ["top50/shards/mine.safetensors", "top50/shards/mine.safetensors"],
    ["top50/labels/more/a.csv", "top50/labels/more"],
    ["other/manifest.json", "other"],
  ] as const
) {
  Deno.test(`fault 79: ${file} among datasets is not prepare's`, async () => {
    await using folder = await datasetsWith(file);
    assert.equal(await findForeignToDatasets(folder.path), join(folder.path, found));
  });
}

Deno.test("fault 79: nor is a dataset whose manifest cannot be read", async () => {
  await using folder = await datasetsWith();
  await Deno.writeTextFile(join(folder.path, "full", "manifest.json"), "{");
  assert.equal(await findForeignToDatasets(folder.path), join(folder.path, "full"));
});

Deno.test("fault 79: nor is a link to a dataset", async () => {
  await using folder = await datasetsWith();
  await Deno.rename(join(folder.path, "full"), `${folder.path}-elsewhere`);
  await Deno.symlink(`${folder.path}-elsewhere`, join(folder.path, "full"));
  assert.equal(await findForeignToDatasets(folder.path), join(folder.path, "full"));
  await Deno.remove(`${folder.path}-elsewhere`, { recursive: true });
});
