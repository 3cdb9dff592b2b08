import assert from "node:assert/strict";
import { join } from "node:path";
import { openDataset, readEmbeddings } from "../../../pipeline/dataset/open.ts";
import { parseDocuments, parseLabels } from "../../../pipeline/dataset/lists.ts";
import { IntegrityError, UsageError } from "../../../pipeline/errors.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

async function inTemporary(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await writeTinyDataset(directory);
    await body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a dataset directory is read back as it was written", () =>
  inTemporary(async (directory) => {
    const dataset = await openDataset(directory);
    assert.equal(dataset.hash, sha256(await Deno.readFile(join(directory, "manifest.json"))));
    assert.deepEqual(dataset.splits.dev.map(({ id }) => id), ["00", "01", "02"]);
    assert.equal(dataset.labels.icd[3]!.code, "003.5");
    assert.equal(dataset.labels.icd[3]!.title, 'Disease 3, "so called"');
    assert.equal(dataset.labels.icd[3]!.group, "0");
    assert.equal(typeof dataset.labels.icd[3]!.documents.train, "number");
    assert.deepEqual(dataset.vocabulary.slice(0, 3), ["<pad>", "<unk>", "word000"]);
    const embeddings = await readEmbeddings(dataset);
    assert.equal(embeddings.length, 12 * 100);
    assert.ok(embeddings.subarray(0, 100).every((value) => value === 0));
  }));

Deno.test("a folder without a manifest is a usage error that names the remedy", async () => {
  await assert.rejects(openDataset("/nonexistent"), (error: Error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /^opening \/nonexistent: .*deno task prepare$/);
    return true;
  });
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
  "a list that is a link": async (directory) => {
    await Deno.rename(join(directory, "vocabulary.txt"), join(directory, "elsewhere.txt"));
    await Deno.symlink(join(directory, "elsewhere.txt"), join(directory, "vocabulary.txt"));
  },
  "a shard missing": (directory) => Deno.remove(join(directory, "shards/dev-00000.safetensors")),
  "a shard more": (directory) =>
    Deno.copyFile(
      join(directory, "shards/dev-00000.safetensors"),
      join(directory, "shards/dev-00001.safetensors"),
    ),
  "a manifest cut short": (directory) =>
    Deno.writeTextFile(join(directory, "manifest.json"), '{"format":'),
  "a shard path that leaves the folder": async (directory) => {
    const path = join(directory, "manifest.json");
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace("shards/dev-", "../../dev-"));
  },
};
for (const [damage, apply] of Object.entries(damages)) {
  Deno.test(`${damage} is an integrity error`, () =>
    inTemporary(async (directory) => {
      await apply(directory);
      await assert.rejects(openDataset(directory), IntegrityError);
    }));
}

Deno.test("damaged word vectors are an integrity error", () =>
  inTemporary(async (directory) => {
    const dataset = await openDataset(directory);
    const path = join(directory, "embeddings.safetensors");
    const bytes = await Deno.readFile(path);
    bytes[bytes.length - 1]! ^= 0x80;
    await Deno.writeFile(path, bytes);
    await assert.rejects(readEmbeddings(dataset), IntegrityError);
  }));

Deno.test("lists with other columns or rows out of place are refused", () => {
  const header = "index,code,kind,title,group,train,dev,test\n";
  assert.equal(parseLabels(header + "0,001.0,code,,,1,2,3\n", "x")[0]!.code, "001.0");
  for (
    const csv of [
      "index,code\n0,001\n",
      header + "1,001.0,code,,,1,2,3\n",
      header + "0,001.0,verdict,,,1,2,3\n",
      header + "0,001.0,code,,,1,2,many\n",
    ]
  ) assert.throws(() => parseLabels(csv, "x"), IntegrityError);
  assert.throws(() => parseDocuments("id\n7\n", "x"), IntegrityError);
  assert.deepEqual(parseDocuments("id,patient\n007,08\n", "x"), [{ id: "007", patient: "08" }]);
  assert.deepEqual(parseDocuments("id,patient\n", "x"), []);
});
