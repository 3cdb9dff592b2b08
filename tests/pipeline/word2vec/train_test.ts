import assert from "node:assert/strict";
import { createRandom } from "../../../pipeline/random.ts";
import { trainWordVectors, type WordVectorOptions } from "../../../pipeline/word2vec/train.ts";

/** Two topics of ten words each; a document keeps to one. Ids 2 to 11 and 12 to 21; 22 is in none. */
function topicDocuments(count: number): Int32Array[] {
  const random = createRandom(5, "topics");
  return Array.from(
    { length: count },
    (_, at) =>
      Int32Array.from(
        { length: 40 },
        () => random.below(8) === 0 ? 1 : 2 + 10 * (at % 2) + random.below(10),
      ),
  );
}
const vocabulary = Array.from({ length: 23 }, (_, id) => `token${id}`);

async function train(
  documents: Int32Array[],
  options: Partial<WordVectorOptions> = {},
): Promise<Float32Array> {
  const directory = await Deno.makeTempDir();
  try {
    const defaults = { directory, dimensions: 20, threads: 1, seed: 3 };
    return await trainWordVectors(documents, vocabulary, { ...defaults, ...options });
  } finally {
    assert.deepEqual([...Deno.readDirSync(directory)], [], "temporary files are gone");
    await Deno.remove(directory);
  }
}

const rowOf = (vectors: Float32Array, id: number) => vectors.subarray(20 * id, 20 * id + 20);

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = a.reduce((sum, value, at) => sum + value * b[at]!, 0);
  return dot / Math.hypot(...a) / Math.hypot(...b);
}

Deno.test("words of one topic are closer than words of two", async () => {
  const shares: number[] = [];
  const vectors = await train(topicDocuments(3000), { onProgress: (share) => shares.push(share) });
  assert.equal(vectors.length, 23 * 20);
  const mean = (pairs: [number, number][]) =>
    pairs.reduce((sum, [a, b]) => sum + cosine(rowOf(vectors, a), rowOf(vectors, b)), 0) /
    pairs.length;
  const pairs = Array.from(
    { length: 20 },
    (_, a) => Array.from({ length: a }, (_, b): [number, number] => [2 + a, 2 + b]),
  ).flat();
  const same = mean(pairs.filter(([a, b]) => (a < 12) === (b < 12)));
  const different = mean(pairs.filter(([a, b]) => (a < 12) !== (b < 12)));
  assert.ok(same > different + 0.5, `${same} and ${different}`);
  assert.ok(shares.length > 0 && shares.every((share) => share >= 0 && share <= 1));
});

Deno.test("padding is zeros; unknown and unseen tokens have the others' mean length", async () => {
  const vectors = await train(topicDocuments(100));
  assert.ok(rowOf(vectors, 0).every((value) => value === 0));
  const lengths = Array.from({ length: 20 }, (_, at) => Math.hypot(...rowOf(vectors, 2 + at)));
  const mean = lengths.reduce((sum, length) => sum + length, 0) / 20;
  for (const id of [1, 22]) {
    assert.ok(Math.abs(Math.hypot(...rowOf(vectors, id)) - mean) < 1e-5 * mean);
  }
  assert.notDeepEqual(rowOf(vectors, 1), rowOf(vectors, 22));
});

Deno.test("one thread gives the same bits again; another seed another unknown token", async () => {
  const documents = topicDocuments(200);
  const first = await train(documents);
  assert.deepEqual(await train(documents), first);
  const other = await train(documents, { seed: 4 });
  assert.deepEqual(rowOf(other, 7), rowOf(first, 7));
  assert.notDeepEqual(rowOf(other, 1), rowOf(first, 1));
});

Deno.test("without a known word nothing is trained, and every vector is finite", async () => {
  for (const documents of [[], [new Int32Array()], [Int32Array.of(1, 1)]]) {
    const vectors = await train(documents);
    assert.ok(rowOf(vectors, 0).every((value) => value === 0));
    assert.ok(Math.abs(Math.hypot(...rowOf(vectors, 5)) - 1) < 1e-5);
  }
});

Deno.test("an interrupt ends the training and leaves nothing", async () => {
  const control = new AbortController();
  const reason = new Error("interrupted");
  await assert.rejects(
    train(topicDocuments(20_000), {
      interrupt: control.signal,
      onProgress: () => control.abort(reason),
    }),
    reason,
  );
});
