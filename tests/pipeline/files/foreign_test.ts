import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../pipeline/errors.ts";
import { findForeign, refuseToReplace } from "../../../pipeline/files/foreign.ts";
import { temporary } from "../../_support/tiny.ts";

const own = new Set(["a", "labels", join("labels", "icd.csv")]);
const ours = {
  isOurs: (path: string) => own.has(path),
  refuse: refuseToReplace("it"),
};

/** A folder with files of ours and these. */
async function folderWith(...more: readonly string[]) {
  const folder = await temporary();
  await Deno.mkdir(join(folder.path, "labels"));
  for (const file of ["a", "labels/icd.csv", ...more]) {
    await Deno.writeTextFile(join(folder.path, file), "");
  }
  return folder;
}

Deno.test("fault 79: a folder that holds what is ours, and an operating system's droppings, has nothing foreign", async () => {
  await using folder = await folderWith(".DS_Store", "labels/Thumbs.db");
  assert.equal(await findForeign(folder.path, ours), undefined);
});

for (const file of ["b", "labels/mine.csv", "labels/a"]) {
  Deno.test(`fault 79: somebody's ${file} is found, by its whole path`, async () => {
    await using folder = await folderWith(file);
    assert.equal(await findForeign(folder.path, ours), join(folder.path, file));
  });
}

Deno.test("fault 79: what is no folder is refused as the caller says", async () => {
  await using folder = await folderWith();
  await assert.rejects(findForeign(join(folder.path, "a"), ours), {
    name: UsageError.name,
    message: /^replacing it: it cannot be listed \(.+\); choose another --out$/,
  });
});
