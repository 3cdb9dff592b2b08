import fc from "fast-check";
import assert from "node:assert/strict";
import { encodeShard, writeShards } from "../../../pipeline/dataset/write_shards.ts";
import { decodeSafetensors } from "../../../pipeline/files/safetensors.ts";
import { perTask } from "../../../pipeline/schema.ts";

Deno.test("no shard is larger than asked for unless one document is", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.mkdir(`${directory}/shards`);
  const documents = Array.from({ length: 60 }, (_, at) => ({
    tokens: new Int32Array(at === 30 ? 900 : at % 25).fill(2),
    sentences: Int32Array.of(0),
    labels: { icd: Int32Array.of(1, at + 2), ccs: new Int32Array() },
  }));
  const shards = await writeShards(directory, "train", documents, 2048);
  assert.ok(shards.every(({ bytes, documents }) => bytes <= 2048 || documents === 1));
  assert.ok(shards.length < 30);
  assert.equal(shards.reduce((sum, { documents }) => sum + documents, 0), 60);
  assert.deepEqual(shards.map(({ file }) => file).slice(0, 2), [
    "shards/train-00000.safetensors",
    "shards/train-00001.safetensors",
  ]);
  assert.deepEqual(await writeShards(directory, "dev", [], 2048), []);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("equal documents are equal bytes, and a shard holds what the format says", () => {
  const document = fc.record({
    tokens: fc.int32Array({ min: 1, maxLength: 20 }),
    sentences: fc.uniqueArray(fc.nat(50)).map((places) => Int32Array.from(places).sort()),
    labels: fc.record({
      icd: fc.uniqueArray(fc.nat(50)).map((indices) => Int32Array.from(indices).sort()),
      ccs: fc.constant(new Int32Array()),
    }),
  });
  fc.assert(fc.property(fc.array(document, { maxLength: 6 }), fc.nat(1000), (documents, first) => {
    const bytes = encodeShard(documents, first);
    assert.deepEqual(bytes, encodeShard(documents, first));
    const { tensors } = decodeSafetensors(bytes);
    assert.deepEqual([...tensors.keys()].sort(), [
      "ccs",
      "ccs_offsets",
      "documents",
      "icd",
      "icd_offsets",
      "offsets",
      "sentence_offsets",
      "sentences",
      "tokens",
    ]);
    const offsets = tensors.get("offsets")!.data as BigInt64Array;
    documents.forEach(({ tokens }, at) =>
      assert.deepEqual(
        tensors.get("tokens")!.data.subarray(Number(offsets[at]), Number(offsets[at + 1])),
        tokens,
      )
    );
    assert.ok(
      (tensors.get("documents")!.data as BigInt64Array)
        .every((row, at) => row === BigInt(first + at)),
    );
  }));
});

Deno.test("a shard that cannot be stored is a resource error with its path", async () => {
  const none = new Int32Array();
  const document = {
    tokens: Int32Array.of(1),
    sentences: none,
    labels: perTask(() => new Int32Array()),
  };
  await assert.rejects(
    writeShards("/nonexistent", "dev", [document]),
    /^ResourceError: writing \/nonexistent\/shards\/dev-00000\.safetensors: /,
  );
});
