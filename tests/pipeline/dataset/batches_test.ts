import fc from "fast-check";
import assert from "node:assert/strict";
import { type BatchingConfig, planPasses, readBatches } from "../../../pipeline/dataset/batches.ts";
import { collate, type Documents } from "../../../pipeline/dataset/documents.ts";

const config: BatchingConfig = { batchSize: 4, maxTokens: 100, microTokens: Infinity, seed: 7 };

function documentsOf(texts: readonly (readonly number[])[]): Documents {
  return {
    count: texts.length,
    lengths: Int32Array.from(texts, (text) => text.length),
    tokens: (row) => Int32Array.from(texts[row]!),
    labels: (task, row) => Int32Array.from(task === "icd" ? [row] : []),
  };
}

const lengths = fc.array(fc.nat(300), { maxLength: 60 }).map((values) => Int32Array.from(values));

/** Rows of each batch, where none is split. */
function planBatches(
  lengths: Int32Array,
  change: Partial<BatchingConfig>,
  epoch?: number,
): number[][] {
  return planPasses(lengths, { ...config, ...change }, epoch).map(([rows]) => [...rows!]);
}

Deno.test("every document is in exactly one batch, and every batch but one is full", () => {
  const epoch = fc.option(fc.nat(), { nil: undefined });
  fc.assert(fc.property(lengths, fc.integer({ min: 1, max: 9 }), epoch, fc.nat(), (
    lengths,
    batchSize,
    epoch,
    seed,
  ) => {
    const plan = planBatches(lengths, { batchSize, seed }, epoch);
    assert.deepEqual(plan.flat().sort((a, b) => a - b), Array.from(lengths.keys()));
    assert.equal(plan.length, Math.ceil(lengths.length / batchSize));
    assert.ok(plan.filter((rows) => rows.length !== batchSize).length <= 1);
  }));
});

Deno.test("the plan follows from seed and epoch alone", () => {
  const lengths = Int32Array.from({ length: 64 }, (_, row) => 50 + row % 7);
  const plan = (seed: number, epoch?: number) => planBatches(lengths, { seed }, epoch);
  assert.deepEqual(plan(7, 0), plan(7, 0));
  assert.notDeepEqual(plan(7, 0), plan(7, 1));
  assert.notDeepEqual(plan(7, 0), plan(8, 0));
  assert.deepEqual(plan(7), plan(8));
});

Deno.test("documents of a batch differ in length by no more than a neighbour's distance and 5%", () => {
  // 1,600 lengths, one in a thousand apart: sorted exactly, a batch of 16 spans 1.5%.
  const lengths = Int32Array.from({ length: 1600 }, (_, row) => Math.round(50 * 1.003 ** row));
  for (const rows of planBatches(lengths, { batchSize: 16, maxTokens: 1e9 }, 0)) {
    const batch = rows.map((row) => lengths[row]!);
    assert.ok(Math.max(...batch) / Math.min(...batch) < 1.05 * 1.003 ** 20 + 0.02);
  }
});

Deno.test("without an epoch the longest come first, and the remainder is the shortest", () => {
  const plan = planBatches(Int32Array.of(3, 200, 1, 500, 2), { batchSize: 2 });
  // 200 and 500 are both cut to 100, so that they keep their order.
  assert.deepEqual(plan, [[1, 3], [0, 4], [2]]);
});

Deno.test("a batch that fits is one pass, in its order", () => {
  const lengths = Int32Array.of(5, 9, 7);
  const passes = (change: Partial<BatchingConfig>) => planPasses(lengths, { ...config, ...change });
  assert.deepEqual(passes({ microTokens: 27 }), [[Int32Array.of(1, 2, 0)]]);
  assert.deepEqual(passes({ microTokens: 24, maxTokens: 8 }), [[Int32Array.of(1, 2, 0)]]);
  assert.equal(passes({ microTokens: 26 })[0]!.length, 2);
});

Deno.test("a batch is in its passes once, and a pass of several documents keeps to the limit", () => {
  const changes = fc.record({
    maxTokens: fc.integer({ min: 1, max: 300 }),
    microTokens: fc.integer({ min: 1, max: 2000 }),
    batchSize: fc.integer({ min: 1, max: 40 }),
  });
  const epoch = fc.option(fc.nat(), { nil: undefined });
  fc.assert(fc.property(lengths, changes, epoch, (lengths, change, epoch) => {
    const batches = planBatches(lengths, { ...change, microTokens: Infinity }, epoch);
    const plan = planPasses(lengths, { ...config, ...change }, epoch);
    assert.deepEqual(plan.map(sortedRows), batches.map((rows) => rows.sort((a, b) => a - b)));
    for (const rows of plan.flat()) {
      const width = Math.max(...rows.map((row) => Math.min(lengths[row]!, change.maxTokens)));
      assert.ok(rows.length === 1 || rows.length * width <= change.microTokens);
    }
  }));
});

Deno.test("passes of a batch are dealt from short documents to long ones", () => {
  const lengths = Int32Array.of(10, 80, 20, 100);
  assert.deepEqual(planPasses(lengths, { ...config, microTokens: 200 }), [
    [Int32Array.of(0, 2), Int32Array.of(1, 3)],
  ]);
});

function sortedRows(passes: readonly Int32Array[]): number[] {
  return passes.flatMap((rows) => [...rows]).sort((a, b) => a - b);
}

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
