import assert from "node:assert/strict";
import { resolveConfig } from "../../../../model/config/presets.ts";
import { firstLevel } from "../../../../model/zoo/joint_laat.ts";
import {
  createDocuments,
  createInputs,
  planParts,
} from "../../../../tasks/bench/sections/systems.ts";
import type { Workload } from "../../../../tasks/bench/workload.ts";

const workload: Workload = {
  ...{ documents: 20, tokens: 30, mixed: false, hidden: 8 },
  labels: { icd: 50, ccs: 38 },
};

Deno.test("documents are from half to one and a half times as long as asked, and labelled", () => {
  const documents = createDocuments(workload, 100);
  assert.equal(documents.lengths[0], 16);
  assert.equal(documents.lengths[19], 44);
  assert.equal(documents.lengths.reduce((a, b) => a + b), 20 * 30);
  for (let row = 0; row < 20; row++) {
    const tokens = documents.tokens(row);
    assert.equal(tokens.length, documents.lengths[row]);
    assert.ok(tokens.every((token) => token >= 2 && token < 100));
    assert.ok(documents.labels("icd", row).every((label) => label < 50));
  }
});

Deno.test("50 codes have 50 parents and 8,921 have 900, as README counts parameters", () => {
  for (const [icd, parents] of [[50, 50], [8921, 900]] as const) {
    const { codes, titles, embeddings } = createInputs({ icd, ccs: 3 }, 60);
    assert.equal(new Set(codes.icd).size, icd);
    assert.equal(firstLevel(codes.icd).parents.length, parents);
    assert.deepEqual([titles!.icd.length, titles!.ccs.length], [icd, 3]);
    assert.equal(embeddings.length, 6000);
  }
});

Deno.test("batches are split as the trainer splits them, the longest first", () => {
  const config = resolveConfig({ set: ["batchSize=8", "microTokens=100", "maxTokens=40"] });
  const batches = planParts(createDocuments(workload, 100), config);
  assert.deepEqual(batches.map((parts) => parts.flatMap(({ rows }) => [...rows]).length), [
    8,
    8,
    4,
  ]);
  assert.equal(batches[0]![0]!.rows.length, 2);
  for (const { rows, width } of batches.flat()) {
    assert.ok(width <= 40);
    assert.ok(rows.length * width <= 100);
  }
});
