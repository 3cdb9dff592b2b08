import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError, IntegrityError } from "../../../pipeline/errors.ts";
import { readFolderLists } from "../../../pipeline/lists/folder.ts";
import { temporary } from "../../_support/tiny.ts";

/** Writes some of the lists of the full label set and reads them. */
async function readLists(texts: Readonly<Record<string, string>>) {
  await using directory = await temporary();
  for (const [split, text] of Object.entries(texts)) {
    await Deno.writeTextFile(join(directory.path, `${split}_full_hadm_ids.csv`), text);
  }
  return (await readFolderLists(directory.path, "full")).lists;
}

Deno.test("each split has its list", async () => {
  assert.deepEqual(await readLists({ train: "1\n2\n", dev: "3", test: "" }), {
    train: new Set(["1", "2"]),
    dev: new Set(["3"]),
    test: new Set(),
  });
});

Deno.test("all lists that are missing are named", async () => {
  await assert.rejects(readLists({ train: "1" }), {
    name: DataError.name,
    message: /no .*dev_full_hadm_ids.csv \(it does not exist\), no .*test_full_hadm_ids.csv/,
  });
});

Deno.test("a list that breaks the rules is named", async () => {
  await assert.rejects(readLists({ train: "1", dev: "3\n3", test: "" }), {
    name: IntegrityError.name,
    message: /dev_full_hadm_ids.csv: lines 1 and 2/,
  });
});
