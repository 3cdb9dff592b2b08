import assert from "node:assert/strict";
import { largestBatch } from "../../../model/train/rehearsal.ts";
import { toyConfig, toyDocuments } from "../../_support/toy.ts";

Deno.test("the largest batch has the documents with the most padded tokens", () => {
  const lengths = Int32Array.of(3, 9, 1, 8, 2, 4);
  const documents = { ...toyDocuments(6, 1), lengths };
  const config = toyConfig({ batchSize: 2, maxTokens: 50 });
  const { count, lengths: taken } = largestBatch({ lengths: undefined }, documents, config);
  assert.deepEqual([count, [...taken].sort()], [2, [8, 9]]);
});

Deno.test("a batch that is computed in passes stays one batch", () => {
  const documents = { ...toyDocuments(4, 1), lengths: Int32Array.of(9, 9, 9, 1) };
  const config = toyConfig({ batchSize: 3, maxTokens: 50, microTokens: 10 });
  assert.equal(largestBatch({ lengths: undefined }, documents, config).count, 3);
});
