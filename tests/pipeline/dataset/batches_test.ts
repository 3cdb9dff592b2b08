import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type BatchOptions,
  collate,
  type Documents,
  planBatches,
  readBatches,
} from "../../../pipeline/dataset/batches.ts";

const options: BatchOptions = { batchSize: 4, maxTokens: 100, seed: 7, epoch: 0, shuffle: true };

function documentsOf(texts: readonly (readonly number[])[]): Documents {
  return {
    count: texts.length,
    lengths: Int32Array.from(texts, (text) => text.length),
    tokens: (row) => Int32Array.from(texts[row]!),
    icd: (row) => Int32Array.of(row),
    ccs: () => new Int32Array(),
  };
}

const lengths = fc.array(fc.nat(300), { maxLength: 60 }).map((values) => Int32Array.from(values));

Deno.test("every document is in exactly one batch, and every batch but one is full", () => {
  fc.assert(fc.property(lengths, fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.nat(), (
    lengths,
    batchSize,
    shuffle,
    seed,
  ) => {
    const plan = planBatches(lengths, { ...options, batchSize, shuffle, seed });
    const rows = plan.flatMap((rows) => [...rows]).sort((a, b) => a - b);
    assert.deepEqual(rows, Array.from(lengths, (_, row) => row));
    assert.equal(plan.length, Math.ceil(lengths.length / batchSize));
    assert.ok(plan.filter((rows) => rows.length !== batchSize).length <= 1);
  }));
});

Deno.test("the plan follows from seed and epoch alone", () => {
  const lengths = Int32Array.from({ length: 64 }, (_, row) => 50 + row % 7);
  const plan = (change: Partial<BatchOptions>) =>
    JSON.stringify(planBatches(lengths, { ...options, ...change }).map((rows) => [...rows]));
  assert.equal(plan({}), plan({}));
  assert.notEqual(plan({}), plan({ epoch: 1 }));
  assert.notEqual(plan({}), plan({ seed: 8 }));
  assert.equal(plan({ shuffle: false }), plan({ shuffle: false, seed: 8, epoch: 3 }));
});

Deno.test("documents of a batch differ in length by no more than a neighbour's distance and 5%", () => {
  // 1,600 lengths, one in a thousand apart: sorted exactly, a batch of 16 spans 1.5%.
  const lengths = Int32Array.from({ length: 1600 }, (_, row) => Math.round(50 * 1.003 ** row));
  const plan = planBatches(lengths, { ...options, batchSize: 16, maxTokens: 1e9 });
  for (const rows of plan) {
    const batch = Array.from(rows, (row) => lengths[row]!);
    assert.ok(Math.max(...batch) / Math.min(...batch) < 1.05 * 1.003 ** 20 + 0.02);
  }
});

Deno.test("without shuffling the longest come first, and the remainder is the shortest", () => {
  const plan = planBatches(Int32Array.of(3, 200, 1, 500, 2), {
    ...options,
    batchSize: 2,
    shuffle: false,
  });
  // 200 and 500 are both cut to 100, so that they keep their order.
  assert.deepEqual(plan.map((rows) => [...rows]), [[1, 3], [0, 4], [2]]);
});

Deno.test("collate pads to the longest, cuts at maxTokens, and gives an empty note one token", () => {
  const documents = documentsOf([[5, 6, 7, 8], [], [9]]);
  const batch = collate(documents, Int32Array.of(2, 0, 1), 3);
  assert.equal(batch.width, 3);
  assert.deepEqual([...batch.lengths], [1, 3, 1]);
  assert.deepEqual([...batch.tokens], [9, 0, 0, 5, 6, 7, 1, 0, 0]);
  assert.deepEqual([...batch.icd.offsets], [0, 1, 2, 3]);
  assert.deepEqual([...batch.icd.indices], [2, 0, 1]);
  assert.deepEqual([...batch.ccs.offsets], [0, 0, 0, 0]);
  assert.equal(batch.ccs.indices.length, 0);
});

Deno.test("readBatches yields the plan's batches in order", async () => {
  const documents = documentsOf([[5], [6, 7], [8], [9]]);
  const plan = [Int32Array.of(1, 2), Int32Array.of(0), Int32Array.of(3)];
  const batches = await Array.fromAsync(readBatches(documents, plan, 10));
  assert.deepEqual(batches, plan.map((rows) => collate(documents, rows, 10)));
});

Deno.test("the next batch is asked for before the current one is handed out", async () => {
  const asked: number[] = [];
  const plain = documentsOf([[5], [6], [7]]);
  const documents: Documents = {
    ...plain,
    collateAside: (rows, maxTokens) => {
      asked.push(rows[0]!);
      return Promise.resolve(collate(plain, rows, maxTokens));
    },
  };
  const plan = [0, 1, 2].map((row) => Int32Array.of(row));
  const batches = readBatches(documents, plan, 10);
  await batches.next();
  assert.deepEqual(asked, [0, 1]);
  await batches.next();
  assert.deepEqual(asked, [0, 1, 2]);
  await batches.return(undefined);
});

Deno.test("a batch that fails ahead fails where it is due, and not before", async () => {
  const plain = documentsOf([[5], [6]]);
  const documents: Documents = {
    ...plain,
    collateAside: (rows, maxTokens) =>
      rows[0] === 1
        ? Promise.reject(new Error("damaged"))
        : Promise.resolve(collate(plain, rows, maxTokens)),
  };
  const batches = readBatches(documents, [Int32Array.of(0), Int32Array.of(1)], 10);
  assert.deepEqual((await batches.next()).value?.rows, Int32Array.of(0));
  await new Promise((resolve) => setTimeout(resolve, 5));
  await assert.rejects(batches.next(), /damaged/);
});
