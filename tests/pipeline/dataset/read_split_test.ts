import assert from "node:assert/strict";
import { join } from "node:path";
import { planPasses, readBatches } from "../../../pipeline/dataset/batches.ts";
import { collate } from "../../../pipeline/dataset/documents.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { openLayout } from "../../../pipeline/dataset/read_shards.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { ShardDocuments } from "../../../pipeline/dataset/shard_documents.ts";
import { encodeShard, type ShardDocument } from "../../../pipeline/dataset/write_shards.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../pipeline/files/safetensors.ts";
import { formatManifest, parseManifest } from "../../../pipeline/manifest.ts";
import { perTask, shardFile, type Split, SPLITS, UNKNOWN } from "../../../pipeline/schema.ts";
import {
  type TinyDocuments,
  type TinyOptions,
  writeTinyDataset,
} from "../../_support/tiny_dataset.ts";

const batching = { batchSize: 4, maxTokens: 9, microTokens: 20, seed: 3 };

async function withDataset(
  options: TinyOptions,
  body: (directory: string, documents: TinyDocuments) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body(directory, await writeTinyDataset(directory, options));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

for (const shardBytes of [1, 1500, 1 << 20]) {
  Deno.test(`every document comes back from shards of ${shardBytes} bytes`, () =>
    withDataset({ shardBytes }, async (directory, documents) => {
      const dataset = await openDataset(directory);
      assert.equal(dataset.manifest.shards.length > 3, shardBytes < 1 << 20);
      for (const split of SPLITS) {
        using read = await readSplit(dataset, split);
        const found = Array.from({ length: read.count }, (_, row) => ({
          tokens: read.tokens(row),
          sentences: read.sentences(row),
          labels: perTask((task) => read.labels(task, row)),
        }));
        assert.deepEqual(found, documents[split]);
        assert.deepEqual([...read.lengths], documents[split].map(({ tokens }) => tokens.length));
      }
    }));
}

Deno.test("an empty split has no shard and no document", () =>
  withDataset({ documents: { train: 3, dev: 0, test: 1 } }, async (directory) => {
    using dev = await readSplit(await openDataset(directory), "dev");
    assert.equal(dev.count, 0);
    assert.deepEqual(planPasses(dev.lengths, batching, 0), []);
  }));

Deno.test("batches read ahead are those that collate makes, from any position", () =>
  withDataset({ shardBytes: 1500 }, async (directory) => {
    const dataset = await openDataset(directory);
    const { layout, files } = await openLayout(dataset, "train");
    using train = await readSplit(dataset, "train");
    using alone = new ShardDocuments(layout, files);
    const plan = planPasses(train.lengths, batching, 2).flat();
    for (const from of [0, 1, plan.length]) {
      const rest = plan.slice(from);
      const batches = await Array.fromAsync(readBatches(train, rest, 9));
      assert.deepEqual(batches, rest.map((rows) => collate(alone, rows, 9)));
    }
  }));

/** The first shards of train and dev, both of four documents. */
const shardOf = (directory: string, split: Split) => join(directory, shardFile(split, 0));
const four = { documents: { train: 4, dev: 4, test: 0 } };

Deno.test("fault 37: a flipped bit anywhere in a shard is an integrity error", () =>
  withDataset(four, async (directory) => {
    const dataset = await openDataset(directory);
    const path = shardOf(directory, "train");
    const bytes = await Deno.readFile(path);
    for (let at = 0; at < bytes.length; at += 97) {
      const damaged = bytes.slice();
      damaged[at]! ^= 1 << (at % 8);
      await Deno.writeFile(path, damaged);
      await assert.rejects(readSplit(dataset, "train"), IntegrityError, `byte ${at}`);
    }
  }));

Deno.test("fault 38: shards that were swapped are integrity errors", () =>
  withDataset(four, async (directory) => {
    const dataset = await openDataset(directory);
    const [train, dev] = [shardOf(directory, "train"), shardOf(directory, "dev")];
    await Deno.rename(train, `${train}.kept`);
    await Deno.rename(dev, train);
    await Deno.rename(`${train}.kept`, dev);
    await assert.rejects(readSplit(dataset, "train"), IntegrityError);
    await assert.rejects(readSplit(dataset, "dev"), IntegrityError);
  }));

Deno.test("fault 45: a link to another shard is an integrity error", () =>
  withDataset(four, async (directory) => {
    const dataset = await openDataset(directory);
    await Deno.remove(shardOf(directory, "dev"));
    await Deno.symlink(shardOf(directory, "train"), shardOf(directory, "dev"));
    await assert.rejects(readSplit(dataset, "dev"), IntegrityError);
  }));

const hostile: Record<string, (documents: ShardDocument[]) => [ShardDocument[], number]> = {
  "labels beyond the list": (documents) => [withCodes(documents, 99), 0],
  "labels out of order": (documents) => [withCodes(documents, 2, 1), 0],
  "sentences beyond a document": (documents) => [withSentences(documents, 99), 0],
  "sentences out of order": (documents) => [withSentences(documents, 1, 0), 0],
  "rows of other documents": (documents) => [documents, 1],
};
for (const [what, change] of Object.entries(hostile)) {
  Deno.test(`a shard with ${what} is refused though its checksum is right`, () =>
    withDataset({}, async (directory, { dev }) => {
      await replaceShard(directory, encodeShard(...change([...dev])));
      await assert.rejects(readSplit(await openDataset(directory), "dev"), IntegrityError);
    }));
}

Deno.test("a shard with a token more than its documents have is refused", () =>
  withDataset({}, async (directory, { dev }) => {
    const { tensors } = decodeSafetensors(encodeShard(dev, 0));
    const { data } = tensors.get("tokens")!;
    const more = Int32Array.of(...data as Int32Array, 2);
    tensors.set("tokens", { dtype: "I32", shape: [more.length], data: more });
    await replaceShard(directory, encodeSafetensors(tensors));
    await assert.rejects(readSplit(await openDataset(directory), "dev"), {
      name: IntegrityError.name,
      message: new RegExp(`: ${more.length} tokens; expected ${more.length - 1} by the manifest`),
    });
  }));

for (
  const [name, change, found] of [
    ["offsets", (offsets) => [...offsets.slice(0, -1), offsets.at(-1)! + 1n], "other offsets"],
    ["offsets", (offsets) => [...offsets, offsets.at(-1)!], "other offsets"],
    ["icd_offsets", (offsets) => [1n, ...offsets.slice(1)], "other icd_offsets"],
  ] as [string, (offsets: bigint[]) => bigint[], string][]
) {
  Deno.test(`a shard whose ${name} are ${change([0n, 2n])} for 0,2 is refused`, () =>
    withDataset({}, async (directory, { dev }) => {
      const { tensors } = decodeSafetensors(encodeShard(dev, 0));
      const data = BigInt64Array.from(change([...tensors.get(name)!.data as BigInt64Array]));
      tensors.set(name, { dtype: "I64", shape: [data.length], data });
      await replaceShard(directory, encodeSafetensors(tensors));
      await assert.rejects(readSplit(await openDataset(directory), "dev"), {
        name: IntegrityError.name,
        message: new RegExp(`: ${found}; expected \\d+ rising from 0 to `),
      });
    }));
}

Deno.test("fault 38: a split that lacks one of its shards is refused though the manifest is sealed", () =>
  withDataset({ shardBytes: 1500 }, async (directory) => {
    const edit = async (keeps: (number: number, count: number) => boolean, message: RegExp) => {
      const dataset = await openDataset(directory);
      const { manifest } = dataset;
      const train = manifest.shards.filter(({ split }) => split === "train");
      const shards = train.filter((_, at) => keeps(at, train.length));
      const edited = { ...dataset, manifest: { ...manifest, shards } };
      await assert.rejects(readSplit(edited, "train"), { name: IntegrityError.name, message });
    };
    await edit((number) => number !== 0, /: shard 0 of train; expected shards\/train-00000/);
    await edit((number, count) => number < count - 1, /: \d+ documents in train; expected \d+/);
  }));

Deno.test("tokens beyond the vocabulary are refused when read, in both threads", () =>
  withDataset({}, async (directory, { dev }) => {
    const beyond = dev.map((document) => ({ ...document, tokens: document.tokens.map(() => 12) }));
    await replaceShard(directory, encodeShard(beyond, 0));
    using documents = await readSplit(await openDataset(directory), "dev");
    assert.throws(() => documents.tokens(1), IntegrityError);
    await assert.rejects(documents.collateAside(Int32Array.of(1), 9), IntegrityError);
  }));

Deno.test("the thread goes on after a batch that it refused", () =>
  withDataset({}, async (directory, { dev }) => {
    const beyond = dev.map((document) => ({ ...document, tokens: document.tokens.map(() => 12) }));
    await replaceShard(directory, encodeShard(beyond, 0));
    using documents = await readSplit(await openDataset(directory), "dev");
    await assert.rejects(documents.collateAside(Int32Array.of(1), 9), IntegrityError);
    const empty = await documents.collateAside(Int32Array.of(0), 9); // a document without tokens
    assert.deepEqual(empty.tokens, Int32Array.of(UNKNOWN));
  }));

const rare = { rareWords: 4, longest: 60 };

Deno.test("rare words are unknown to who does not ask for them, in both threads", () =>
  withDataset(rare, async (directory, { train }) => {
    using documents = await readSplit(await openDataset(directory), "train");
    const known = train.map(({ tokens }) => tokens.map((id) => (id < 12 ? id : UNKNOWN)));
    assert.ok(known.some((tokens, row) => `${tokens}` !== `${train[row]!.tokens}`));
    assert.deepEqual(known.map((_, row) => documents.tokens(row)), known);
    const { tokens } = await documents.collateAside(Int32Array.of(3), 99);
    assert.deepEqual(tokens, known[3]);
  }));

Deno.test("rare words keep their ids for who asks, in both threads", () =>
  withDataset(rare, async (directory, { train }) => {
    const dataset = await openDataset(directory);
    assert.deepEqual(dataset.rareWords, ["rare0", "rare1", "rare2", "rare3"]);
    using documents = await readSplit(dataset, "train", { keepsRare: true });
    assert.deepEqual(train.map((_, row) => documents.tokens(row)), train.map((d) => d.tokens));
    const { tokens } = await documents.collateAside(Int32Array.of(3), 99);
    assert.deepEqual(tokens, train[3]!.tokens);
  }));

Deno.test("a dataset of version 1 has no rare words and no sentences", () =>
  withDataset({ version: 1 }, async (directory, { dev }) => {
    await replaceShard(directory, withoutSentences(encodeShard(dev, 0)));
    const dataset = await openDataset(directory);
    using documents = await readSplit(dataset, "dev");
    assert.deepEqual(dataset.rareWords, []);
    assert.deepEqual(dev.map((_, row) => documents.tokens(row)), dev.map((d) => d.tokens));
    assert.deepEqual(dev.map((_, row) => documents.sentences(row)), dev.map(() => undefined));
  }));

Deno.test("a dataset of version 2 without sentences is damaged", () =>
  withDataset({}, async (directory, { dev }) => {
    await replaceShard(directory, withoutSentences(encodeShard(dev, 0)));
    await assert.rejects(readSplit(await openDataset(directory), "dev"), IntegrityError);
  }));

/** A shard as format version 1 has it. */
function withoutSentences(shard: Uint8Array): Uint8Array {
  const { tensors } = decodeSafetensors(shard);
  tensors.delete("sentences");
  tensors.delete("sentence_offsets");
  return encodeSafetensors(tensors);
}

/** The documents with sentences at other places. */
function withSentences(documents: readonly ShardDocument[], ...places: number[]): ShardDocument[] {
  return documents.map((document) => ({ ...document, sentences: Int32Array.from(places) }));
}

/** The documents with other ICD labels. */
function withCodes(documents: readonly ShardDocument[], ...icd: number[]): ShardDocument[] {
  return documents.map((document) => ({
    ...document,
    labels: { ...document.labels, icd: Int32Array.from(icd) },
  }));
}

/** Puts `bytes` in the place of dev's only shard and its digest into the manifest. */
async function replaceShard(directory: string, bytes: Uint8Array): Promise<void> {
  const path = join(directory, "manifest.json");
  const manifest = parseManifest(await Deno.readTextFile(path), path);
  const shards = manifest.shards.map((shard) =>
    shard.split === "dev" ? { ...shard, bytes: bytes.length, sha256: sha256(bytes) } : shard
  );
  await Deno.writeTextFile(path, formatManifest({ ...manifest, shards }));
  await Deno.writeFile(join(directory, "shards/dev-00000.safetensors"), bytes);
}

for (
  const [what, change] of [
    ["replaced", (path) => {
      Deno.copyFileSync(path, `${path}.new`);
      Deno.renameSync(`${path}.new`, path);
    }],
    ["written to", (path) => Deno.writeFileSync(path, Deno.readFileSync(path))],
    ["removed", (path) => Deno.removeSync(path)],
    ["cut off", (path) => Deno.truncateSync(path, 300)],
  ] as [string, (path: string) => void][]
) {
  Deno.test(`fault 80: a shard that was ${what} after it was checked gives no other tokens`, () =>
    withDataset(four, async (directory, { dev }) => {
      using documents = await readSplit(await openDataset(directory), "dev");
      const aside = documents.collateAside(Int32Array.of(3), 99);
      await aside; // the thread has opened it, too
      change(shardOf(directory, "dev"));
      for (const read of [() => documents.collateAside(Int32Array.of(3), 99), () => tokensOf(3)]) {
        const found = await read().catch((error) => error);
        if (!(found instanceof IntegrityError)) assert.deepEqual(found, await aside);
      }

      function tokensOf(row: number) {
        return Promise.resolve().then(() => {
          assert.deepEqual(documents.tokens(row), dev[row]!.tokens);
          return aside;
        });
      }
    }));

  Deno.test(`fault 80: nor to a thread that starts after it was ${what}`, () =>
    withDataset(four, async (directory) => {
      using documents = await readSplit(await openDataset(directory), "dev");
      change(shardOf(directory, "dev"));
      await assert.rejects(documents.collateAside(Int32Array.of(3), 99), IntegrityError);
    }));
}
