import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { evidenceOf, requireOwnFolder } from "../../../model/run/claim.ts";
import { IntegrityError, UsageError } from "../../../pipeline/errors.ts";
import { Earlier } from "../../_support/earlier.ts";
import { digests } from "../../_support/prepare.ts";
import { temporary } from "../../_support/tiny.ts";

const anew = { resume: false };
const onward = { resume: true };

/** A folder with files: path → text. */
async function folderOf(files: Readonly<Record<string, string>>) {
  const folder = await temporary();
  for (const [file, text] of Object.entries(files)) {
    await Deno.mkdir(dirname(join(folder.path, file)), { recursive: true });
    await Deno.writeTextFile(join(folder.path, file), text);
  }
  return folder;
}

const record = '{"format": "marn-run", "version": 2}';
const free: readonly [string, Readonly<Record<string, string>>][] = [
  ["nothing", {}],
  ["what a system drops", { ".DS_Store": "", "._x": "" }],
  ["what a killed beginning left", {
    "run.lock": "17\n",
    "vocabulary.txt": "",
    "labels/icd.csv": "",
    "labels/.ccs.csv.17.tmp": "",
    ".config.json.17.tmp": "",
  }],
  ["a run that has not begun", { "config.json": record, "notes.txt": "mine" }],
];
for (const [what, files] of free) {
  Deno.test(`a folder with ${what} is for training in`, async () => {
    await using folder = await folderOf(files);
    await requireOwnFolder(folder.path, anew);
    await requireOwnFolder(folder.path, onward);
  });
}

Deno.test("a folder that is not there is for training in", async () => {
  await using folder = await temporary();
  await requireOwnFolder(join(folder.path, "new", "run"), anew);
});

const foreign: readonly [string, Readonly<Record<string, string>>, RegExp][] = [
  ["somebody's config.json", { "config.json": '{"name": "mine"}' }, /it holds config\.json/],
  ["a config.json that is no JSON", { "config.json": "name = mine" }, /it holds config\.json/],
  ["somebody's log", { "log.jsonl": "{}" }, /it holds log\.jsonl/],
  ["somebody's labels", { "labels/icd.csv": "mine" }, /it holds labels/],
  ["somebody's vocabulary", { "vocabulary.txt": "mine" }, /it holds vocabulary\.txt/],
  ["notes", { "notes.txt": "mine" }, /it holds notes\.txt/],
  ["a lock and notes", { "run.lock": "", "notes.txt": "mine" }, /it holds notes\.txt/],
  ["a lock and a config.json", { "run.lock": "", "config.json": "{}" }, /it holds config\.json/],
  ["a lock and more labels", { "run.lock": "", "labels/more.csv": "" }, /it holds labels\/more/],
];
for (const [what, files, message] of foreign) {
  Deno.test(`fault 79: a folder with ${what} is not, and stays as it is`, async () => {
    await using folder = await folderOf(files);
    const before = await digests(folder.path);
    for (const how of [anew, onward]) {
      await assert.rejects(
        requireOwnFolder(folder.path, how),
        (error) =>
          error instanceof UsageError && message.test(error.message) ||
          error instanceof IntegrityError,
      );
    }
    await assert.rejects(requireOwnFolder(folder.path, anew), { name: UsageError.name, message });
    assert.deepEqual(await digests(folder.path), before);
  });
}

Deno.test("fault 79: a file is no folder to train in", async () => {
  await using folder = await folderOf({ "a.txt": "mine" });
  await assert.rejects(requireOwnFolder(join(folder.path, "a.txt"), anew), {
    name: UsageError.name,
    message: /a\.txt: it is no folder; choose another --out$/,
  });
});

Deno.test("a run that has begun goes on when that is asked for, and is not trained over", async () => {
  using earlier = new Earlier();
  await requireOwnFolder(earlier.run, onward);
  await assert.rejects(requireOwnFolder(earlier.run, anew), {
    name: UsageError.name,
    message: /it already holds one; add --resume to go on with it, or choose another --out$/,
  });
});

Deno.test("any of its log and checkpoints tells that a run has begun", async () => {
  using earlier = new Earlier();
  assert.deepEqual(await evidenceOf(earlier.run), [
    "log.jsonl",
    "last.safetensors",
    "best.safetensors",
  ]);
});

Deno.test("fault 40: a run without its record is said to have lost it", async () => {
  using earlier = new Earlier();
  await Deno.remove(join(earlier.run, "config.json"));
  await Deno.writeTextFile(join(earlier.run, "run.lock"), "");
  for (const how of [anew, onward]) {
    await assert.rejects(requireOwnFolder(earlier.run, how), {
      name: IntegrityError.name,
      message: /config\.json is missing beside log\.jsonl, last\.safetensors, best\.safetensors;/,
    });
  }
});

for (const place of ["", "run", "shards", "labels/deep/run"]) {
  Deno.test(`fault 79: data/${place} is in a dataset, and not for training in`, async () => {
    using earlier = new Earlier();
    await assert.rejects(requireOwnFolder(join(earlier.data, place), anew), {
      name: UsageError.name,
      message: /data is a dataset; expected a folder outside of it; choose another --out$/,
    });
  });
}

Deno.test("fault 79: nor is a folder that a link puts into a dataset", async () => {
  using earlier = new Earlier();
  await Deno.symlink(earlier.data, join(earlier.directory, "link"));
  await assert.rejects(requireOwnFolder(join(earlier.directory, "link", "run"), anew), UsageError);
});
