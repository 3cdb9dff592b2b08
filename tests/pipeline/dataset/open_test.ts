import assert from "node:assert/strict";
import { basename, join } from "node:path";
import {
  isDataset,
  openDataset,
  openDatasets,
  readEmbeddings,
} from "../../../pipeline/dataset/open.ts";
import { IntegrityError, UsageError } from "../../../pipeline/errors.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { formatSealed } from "../../../pipeline/files/sealed.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

Deno.test("a dataset directory is read back as it was written", async (t) => {
  await using directory = await temporary();
  await writeTinyDataset(directory.path);
  const dataset = await openDataset(directory.path);
  await t.step("its identity is its manifest's digest", async () => {
    const manifest = await Deno.readFile(join(directory.path, "manifest.json"));
    assert.equal(dataset.hash, sha256(manifest));
  });
  await t.step("every label set has its labels, by index", () => {
    assert.equal(dataset.labels.ccs.length, 3);
    const { documents: _, ...label } = dataset.labels.icd[3]!;
    assert.deepEqual(label, {
      code: "003.5",
      kind: "diagnosis",
      title: 'Disease 3, "so called"',
      group: "0",
    });
  });
  await t.step("every split has its documents, in order", () => {
    assert.deepEqual(dataset.splits.dev.map(({ id }) => id), ["00", "01", "02"]);
  });
  await t.step("tokens are at their ids", () => {
    assert.deepEqual(dataset.vocabulary.slice(0, 3), ["<pad>", "<unk>", "word000"]);
  });
  await t.step("word vectors are as many as tokens, padding's zeros", async () => {
    const embeddings = await readEmbeddings(dataset);
    assert.equal(embeddings.length, 12 * 100);
    assert.deepEqual(embeddings.subarray(0, 100), new Float32Array(100));
  });
});

Deno.test("a folder without a manifest is a usage error that names the remedy", async () => {
  await assert.rejects(openDataset("/nonexistent"), {
    name: UsageError.name,
    message: /^opening \/nonexistent: .*deno task prepare$/,
  });
});

Deno.test("a folder's datasets are opened in the order of their names, one by itself alone", async () => {
  await using directory = await temporary();
  for (const name of ["top50", "full"]) await writeTinyDataset(join(directory.path, name));
  await Deno.mkdir(join(directory.path, "other"));
  const found = await openDatasets(directory.path);
  assert.deepEqual(found.map(({ directory }) => basename(directory)), ["full", "top50"]);
  const one = await openDatasets(join(directory.path, "full"));
  assert.deepEqual(one.map(({ hash }) => hash), [found[0]!.hash]);
});

Deno.test("a folder that holds no dataset is refused as one that is none", async () => {
  await using directory = await temporary();
  await assert.rejects(openDatasets(directory.path), {
    name: UsageError.name,
    message: /^opening .*: manifest\.json: it does not exist;/,
  });
  assert.equal(await isDataset(directory.path), false);
});

const damages: Record<string, (directory: string) => Promise<unknown>> = {
  "a bit flipped in a list": async (directory) => {
    const path = join(directory, "labels/icd.csv");
    const bytes = await Deno.readFile(path);
    bytes[60]! ^= 1;
    await Deno.writeFile(path, bytes);
  },
  "a list missing": (directory) => Deno.remove(join(directory, "splits/test.csv")),
  "a list longer": (directory) =>
    Deno.writeTextFile(join(directory, "vocabulary.txt"), "zebra\n", { append: true }),
  "fault 45: a list that is a link": async (directory) => {
    await Deno.rename(join(directory, "vocabulary.txt"), join(directory, "elsewhere.txt"));
    await Deno.symlink(join(directory, "elsewhere.txt"), join(directory, "vocabulary.txt"));
  },
  "fault 38: a shard missing": (directory) =>
    Deno.remove(join(directory, "shards/dev-00000.safetensors")),
  "fault 38: a shard more": (directory) =>
    Deno.copyFile(
      join(directory, "shards/dev-00000.safetensors"),
      join(directory, "shards/dev-00001.safetensors"),
    ),
  "a manifest cut short": (directory) =>
    Deno.writeTextFile(join(directory, "manifest.json"), '{"format":'),
  "fault 45: a shard path that leaves the folder": (directory) =>
    namingShard(directory, "../../dev-"),
  "fault 45: an absolute shard path": (directory) =>
    namingShard(directory, `${directory}/shards/dev-`),
  "fault 45: a shard path through the folder above": (directory) =>
    namingShard(directory, "shards/../shards/dev-"),
  "fault 45: a folder of lists that is a link": async (directory) => {
    await Deno.rename(join(directory, "labels"), join(directory, "elsewhere"));
    await Deno.symlink(join(directory, "elsewhere"), join(directory, "labels"));
  },
};

/** Makes the manifest name the shards of dev so, which are where they were. */
async function namingShard(directory: string, start: string): Promise<void> {
  const path = join(directory, "manifest.json");
  const text = (await Deno.readTextFile(path)).replace("shards/dev-", start);
  await Deno.writeTextFile(path, formatSealed(JSON.parse(text)));
}

for (const [damage, apply] of Object.entries(damages)) {
  Deno.test(`${damage} is an integrity error`, async () => {
    await using directory = await temporary();
    await writeTinyDataset(directory.path);
    await apply(directory.path);
    await assert.rejects(openDataset(directory.path), IntegrityError);
  });
}

Deno.test("damaged word vectors are an integrity error", async () => {
  await using directory = await temporary();
  await writeTinyDataset(directory.path);
  const dataset = await openDataset(directory.path);
  const path = join(directory.path, "embeddings.safetensors");
  const bytes = await Deno.readFile(path);
  bytes[bytes.length - 1]! ^= 0x80;
  await Deno.writeFile(path, bytes);
  await assert.rejects(readEmbeddings(dataset), IntegrityError);
});
