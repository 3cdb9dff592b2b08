import assert from "node:assert/strict";
import fc from "fast-check";
import { splitBatch } from "../../../pipeline/dataset/micro_batches.ts";

Deno.test("a batch that fits stays whole and in order", () => {
  const rows = Int32Array.of(2, 0, 1), lengths = Int32Array.of(5, 9, 7);
  assert.deepEqual(splitBatch(rows, lengths, 100, 27), [rows]);
  assert.deepEqual(splitBatch(rows, lengths, 8, 24), [rows]);
});

Deno.test("every document is in one group, and a group of several keeps to the limit", () => {
  const shape = fc.record({
    lengths: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }),
    maxTokens: fc.integer({ min: 1, max: 300 }),
    microTokens: fc.integer({ min: 1, max: 2000 }),
  });
  fc.assert(fc.property(shape, ({ lengths, maxTokens, microTokens }) => {
    const rows = Int32Array.from(lengths, (_, row) => row);
    const groups = splitBatch(rows, Int32Array.from(lengths), maxTokens, microTokens);
    assert.deepEqual(groups.flatMap((group) => [...group]).sort((a, b) => a - b), [...rows]);
    for (const group of groups) {
      const width = Math.max(...[...group].map((row) => Math.min(lengths[row]!, maxTokens)));
      assert.ok(group.length === 1 || group.length * width <= microTokens);
    }
  }));
});
