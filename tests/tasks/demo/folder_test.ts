import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../pipeline/errors.ts";
import { demoRun, replaceDemoFolder } from "../../../tasks/demo/folder.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

const names = async (folder: string) =>
  (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();

/** A demo's folder as a whole demo leaves it, in names. */
async function demoFolder() {
  const folder = await temporary();
  await replaceDemoFolder(folder.path);
  await writeTinyDataset(join(folder.path, "data", "top50"));
  await Deno.mkdir(join(folder.path, "mimic"));
  await Deno.writeTextFile(join(folder.path, "mimic", "SYNTHETIC.txt"), "");
  await Deno.mkdir(join(demoRun(folder.path), "labels"), { recursive: true });
  for (const file of ["config.json", "log.jsonl", "labels/icd.csv", ".last.safetensors.7.tmp"]) {
    await Deno.writeTextFile(join(demoRun(folder.path), file), "");
  }
  return folder;
}

Deno.test("a new folder and an empty one become a demo's, which the next replaces", async () => {
  await using directory = await temporary();
  const empty = join(directory.path, "empty");
  await Deno.mkdir(empty);
  for (const folder of [join(directory.path, "new", "inner"), empty]) {
    await replaceDemoFolder(folder);
    await replaceDemoFolder(folder);
    assert.deepEqual(await names(folder), ["DEMO.txt"]);
  }
});

Deno.test("all that a demo writes is replaced, what a killed one was making too", async () => {
  await using folder = await demoFolder();
  await Deno.mkdir(join(folder.path, ".data.making", "whole"), { recursive: true });
  await replaceDemoFolder(folder.path);
  assert.deepEqual(await names(folder.path), ["DEMO.txt"]);
});

Deno.test("fault 79: a folder that holds anything else is left alone", async () => {
  await using directory = await temporary();
  await Deno.writeTextFile(join(directory.path, "thesis.txt"), "");
  await assert.rejects(replaceDemoFolder(directory.path), UsageError);
  assert.deepEqual(await names(directory.path), ["thesis.txt"]);
});

for (
  const file of [
    "thesis.txt",
    "mimic/thesis.txt",
    "data/top50/thesis.txt",
    "data/thesis.txt",
    "run/thesis.txt",
    "run/predictions/thesis.txt",
    "figures/thesis.txt",
  ]
) {
  Deno.test(`fault 79: an earlier demo's folder with ${file} in it is left alone`, async () => {
    await using folder = await demoFolder();
    const path = join(folder.path, file);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, "precious");
    const before = await names(folder.path);
    await assert.rejects(replaceDemoFolder(folder.path), {
      name: UsageError.name,
      message: /is not what a demo writes; .*choose another --out$/,
    });
    assert.equal(await Deno.readTextFile(path), "precious");
    assert.deepEqual(await names(folder.path), before);
  });
}

Deno.test("fault 79: a file in the folder's place is left alone", async () => {
  await using directory = await temporary();
  const file = join(directory.path, "thesis.txt");
  await Deno.writeTextFile(file, "precious");
  await assert.rejects(replaceDemoFolder(file), UsageError);
  assert.equal(await Deno.readTextFile(file), "precious");
});
