import assert from "node:assert/strict";
import { join } from "node:path";
import { planPasses, readBatches } from "../../../pipeline/dataset/batches.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { perTask } from "../../../pipeline/schema.ts";
import type { Manifest } from "../../../pipeline/manifest.ts";
import { encodeShard, type ShardDocument } from "../../../pipeline/dataset/write_shards.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
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

Deno.test("every document comes back from its shards, however small these are", async () => {
  for (const shardBytes of [1, 1400, 1 << 20]) {
    await withDataset({ shardBytes }, async (directory, documents) => {
      const dataset = await openDataset(directory);
      assert.equal(dataset.manifest.shards.length > 3, shardBytes < 1 << 20);
      for (const split of ["train", "dev", "test"] as const) {
        using read = await readSplit(dataset, split);
        assert.equal(read.count, documents[split].length);
        documents[split].forEach((document, row) => {
          assert.deepEqual(read.tokens(row), document.tokens);
          assert.deepEqual(perTask((task) => read.labels(task, row)), document.labels);
          assert.equal(read.lengths[row], document.tokens.length);
        });
      }
    });
  }
});

Deno.test("an empty split has no shard and no document", async () => {
  await withDataset({ documents: { train: 3, dev: 0, test: 1 } }, async (directory) => {
    using dev = await readSplit(await openDataset(directory), "dev");
    assert.equal(dev.count, 0);
    assert.deepEqual(planPasses(dev.lengths, batching, 0), []);
  });
});

Deno.test("batches read ahead are those that collate makes, from any position", async () => {
  await withDataset({ shardBytes: 1400 }, async (directory, documents) => {
    using train = await readSplit(await openDataset(directory), "train");
    const plan = planPasses(train.lengths, batching, 2).flat();
    for (const from of [0, 1, plan.length]) {
      const rest = plan.slice(from);
      let at = 0;
      for await (const batch of readBatches(train, rest, 9)) {
        assert.deepEqual(batch.rows, rest[at++]);
        batch.rows.forEach((row, b) => {
          const expected = documents.train[row]!.tokens.subarray(0, 9);
          const tokens = batch.tokens.subarray(
            b * batch.width,
            b * batch.width + batch.lengths[b]!,
          );
          assert.deepEqual(tokens, expected.length ? expected : Int32Array.of(1));
          const { offsets, indices } = batch.labels.icd;
          assert.deepEqual(
            indices.subarray(offsets[b], offsets[b + 1]),
            documents.train[row]!.labels.icd,
          );
        });
      }
      assert.equal(at, rest.length);
    }
  });
});

Deno.test("a flipped bit anywhere in a shard, and shards swapped, are integrity errors", async () => {
  await withDataset({ documents: { train: 4, dev: 4, test: 0 } }, async (directory) => {
    const dataset = await openDataset(directory);
    const [train, dev] = ["train", "dev"].map((split) =>
      join(directory, `shards/${split}-00000.safetensors`)
    ) as [string, string];
    const bytes = await Deno.readFile(train);
    for (let at = 0; at < bytes.length; at += 97) {
      const damaged = bytes.slice();
      damaged[at]! ^= 1 << (at % 8);
      await Deno.writeFile(train, damaged);
      await assert.rejects(readSplit(dataset, "train"), IntegrityError);
    }
    await Deno.writeFile(train, await Deno.readFile(dev));
    await Deno.writeFile(dev, bytes);
    await assert.rejects(readSplit(dataset, "train"), IntegrityError);
    await assert.rejects(readSplit(dataset, "dev"), IntegrityError);
    await Deno.remove(dev);
    await Deno.symlink(train, dev);
    await assert.rejects(readSplit(dataset, "dev"), IntegrityError);
  });
});

const hostile: Record<string, (documents: ShardDocument[]) => [ShardDocument[], number]> = {
  "labels beyond the list": (documents) => [withCodes(documents, 99), 0],
  "labels out of order": (documents) => [withCodes(documents, 2, 1), 0],
  "rows of other documents": (documents) => [documents, 1],
};
for (const [what, change] of Object.entries(hostile)) {
  Deno.test(`a shard with ${what} is refused though its checksum is right`, () =>
    withDataset({}, async (directory, { dev }) => {
      await replaceShard(directory, encodeShard(...change([...dev])));
      await assert.rejects(readSplit(await openDataset(directory), "dev"), IntegrityError);
    }));
}

Deno.test("tokens beyond the vocabulary are refused when read, in both threads", () =>
  withDataset({}, async (directory, { dev }) => {
    await replaceShard(
      directory,
      encodeShard(
        dev.map((document) => ({ ...document, tokens: document.tokens.map(() => 12) })),
        0,
      ),
    );
    using documents = await readSplit(await openDataset(directory), "dev");
    assert.throws(() => documents.tokens(1), IntegrityError);
    await assert.rejects(documents.collateAside(Int32Array.of(1), 9), IntegrityError);
    assert.deepEqual((await documents.collateAside(Int32Array.of(0), 9)).tokens, Int32Array.of(1));
  }));

/** The documents with other ICD labels. */
function withCodes(documents: readonly ShardDocument[], ...icd: number[]): ShardDocument[] {
  return documents.map(({ tokens, labels }) => ({
    tokens,
    labels: { ...labels, icd: Int32Array.from(icd) },
  }));
}

/** Puts `bytes` in the place of dev's only shard and its digest into the manifest. */
async function replaceShard(directory: string, bytes: Uint8Array): Promise<void> {
  const path = join(directory, "manifest.json");
  const manifest: Manifest = JSON.parse(await Deno.readTextFile(path));
  const shards = manifest.shards.map((shard) =>
    shard.split === "dev" ? { ...shard, bytes: bytes.length, sha256: sha256(bytes) } : shard
  );
  await Deno.writeTextFile(path, JSON.stringify({ ...manifest, shards }));
  await Deno.writeFile(join(directory, "shards/dev-00000.safetensors"), bytes);
}
