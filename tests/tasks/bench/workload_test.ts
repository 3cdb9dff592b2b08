import assert from "node:assert/strict";
import { firstLevel } from "../../../model/zoo/joint_laat.ts";
import { TASKS } from "../../../pipeline/schema.ts";
import {
  createDocuments,
  createInputs,
  createWorkloadBatch,
  MIMIC_VOCABULARY,
  VOCABULARY,
  type Workload,
  workloadTokens,
} from "../../../tasks/bench/workload.ts";

const paper: Workload = {
  documents: 16,
  tokens: 1000,
  mixed: false,
  hidden: 300,
  labels: { icd: 50, ccs: 38 },
};

Deno.test("a mixed batch has lengths from 30% to all of the width, and padding after them", () => {
  const { lengths, tokens, width } = createWorkloadBatch({ ...paper, mixed: true });
  assert.deepEqual([lengths[0], lengths[15], width], [300, 1000, 1000]);
  lengths.forEach((length, b) => {
    const row = tokens.subarray(b * width, (b + 1) * width);
    assert.ok(row.subarray(0, length).every((token) => token >= 2 && token < VOCABULARY));
    assert.ok(row.subarray(length).every((token) => token === 0));
  });
});

Deno.test("tokens of a batch are counted without padding", () => {
  assert.equal(workloadTokens(paper), 16_000);
  const { lengths } = createWorkloadBatch({ ...paper, mixed: true });
  assert.equal(workloadTokens({ ...paper, mixed: true }), lengths.reduce((a, b) => a + b));
});

Deno.test("documents are from half to one and a half times as long as asked", () => {
  const documents = createDocuments({ ...paper, documents: 20, tokens: 30 });
  assert.deepEqual([documents.lengths[0], documents.lengths[19]], [16, 44]);
  assert.equal(documents.lengths.reduce((a, b) => a + b), 20 * 30);
  for (let row = 0; row < 20; row++) {
    const tokens = documents.tokens(row);
    assert.equal(tokens.length, documents.lengths[row]);
    assert.ok(tokens.every((token) => token >= 2 && token < MIMIC_VOCABULARY));
  }
});

Deno.test("documents have about 15 labels of each task, and fewer of few", () => {
  const labels = { icd: 1000, ccs: 20 };
  const documents = createDocuments({ ...paper, documents: 100, tokens: 2, labels });
  const means = TASKS.map((task) => {
    const counts = Array.from({ length: 100 }, (_, row) => documents.labels(task, row).length);
    return counts.reduce((a, b) => a + b) / 100;
  });
  assert.ok(Math.abs(means[0]! - 15) < 1.5 && Math.abs(means[1]! - 6) < 1, `${means}`);
});

Deno.test("50 codes have 50 parents and 8,921 have 900, as README counts parameters", () => {
  for (const [icd, parents] of [[50, 50], [8921, 900]] as const) {
    const { labels, embeddings } = createInputs({ icd, ccs: 3 }, 60);
    const codes = labels.icd.map(({ code }) => code);
    assert.equal(new Set(codes).size, icd);
    assert.equal(firstLevel(codes).parents.length, parents);
    assert.equal(labels.ccs.length, 3);
    assert.equal(embeddings.length, 6000);
  }
});
