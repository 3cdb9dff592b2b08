import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../pipeline/errors.ts";
import { replaceDemoFolder } from "../../../tasks/demo/folder.ts";
import { temporary } from "../../_support/tiny.ts";

const names = async (folder: string) =>
  (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);

Deno.test("a new folder and an empty one become a demo's, which the next replaces", async () => {
  await using directory = await temporary();
  const empty = join(directory.path, "empty");
  await Deno.mkdir(empty);
  for (const folder of [join(directory.path, "new", "inner"), empty]) {
    await replaceDemoFolder(folder);
    await Deno.writeTextFile(join(folder, "rest"), "");
    await replaceDemoFolder(folder);
    assert.deepEqual(await names(folder), ["DEMO.txt"]);
  }
});

Deno.test("a folder that holds anything else is left alone", async () => {
  await using directory = await temporary();
  await Deno.writeTextFile(join(directory.path, "thesis.txt"), "");
  await assert.rejects(replaceDemoFolder(directory.path), UsageError);
  assert.deepEqual(await names(directory.path), ["thesis.txt"]);
});
