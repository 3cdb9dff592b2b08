import assert from "node:assert/strict";
import { documentLengths, planModelPasses } from "../../model/passes.ts";
import { planPasses } from "../../pipeline/dataset/batches.ts";
import { toyDocuments } from "../_support/toy.ts";

const documents = toyDocuments(20, 3);
const config = { batchSize: 4, maxTokens: 9, microTokens: 20, seed: 5 };

Deno.test("a model that says nothing of lengths reads tokens up to the limit", () => {
  const lengths = documentLengths({}, documents, 9);
  assert.deepEqual(lengths, documents.lengths.map((length) => Math.min(9, length)));
});

for (const epoch of [undefined, 0, 3]) {
  Deno.test(`its passes of epoch ${epoch} are those of its tokens`, () => {
    const passes = planModelPasses({}, documents, config, epoch);
    assert.deepEqual(passes, planPasses(documents.lengths, config, epoch));
  });
}

Deno.test("passes keep to the limit by what documents take in the model", () => {
  const lengths = () => Int32Array.from({ length: 20 }, (_, row) => 1 + row);
  const passes = planModelPasses({ lengths }, documents, config, 0).flat();
  assert.ok(
    passes.every((rows) => rows.length === 1 || rows.length * (1 + Math.max(...rows)) <= 20),
  );
  assert.ok(passes.some((rows) => rows.length > 1));
});
