import assert from "node:assert/strict";
import { collate, type Documents } from "../../../pipeline/dataset/documents.ts";
import { tf } from "../../../model/engine/tf.ts";
import { batchGradients } from "../../../model/train/step.ts";
import {
  estimateMemory,
  estimateStep,
  largestPass,
  requireMemory,
} from "../../../model/train/memory.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import { type Label, perTask } from "../../../pipeline/schema.ts";
import { onEveryEngine, onOneEngine } from "../../_support/engines.ts";
import { createToy, toyConfig, toyDocuments, toyLabels, weightValues } from "../../_support/toy.ts";

const codeLabel: Label = {
  code: "428.0",
  kind: "diagnosis",
  title: "",
  group: "",
  documents: { train: 0, dev: 0, test: 0 },
};

for (
  const [what, lengths, sizes, expected] of [
    ["documents are cut", [100, 100, 90, 90, 3, 2], {}, { documents: 2, width: 95 }],
    ["a batch is split", [100, 100, 90, 90, 3], { microTokens: 120 }, { documents: 1, width: 95 }],
    ["documents are empty", [0, 0, 0], {}, { documents: 2, width: 1 }],
    ["short ones are many", [9, 8, 5, 5, 5], { microTokens: 10 }, { documents: 2, width: 5 }],
  ] as const
) {
  Deno.test(`the largest pass has the most padded tokens, where ${what}`, () => {
    const config = toyConfig({ batchSize: 2, maxTokens: 95, ...sizes });
    assert.deepEqual(largestPass(config, Int32Array.from(lengths)), expected);
  });
}

/** Bytes by which a step on eight documents of `width` tokens grows what is allocated. */
async function measuredStep(model: ReturnType<typeof createToy>, width: number): Promise<number> {
  const long: Documents = {
    ...toyDocuments(8, 1),
    tokens: () => new Int32Array(width).fill(3),
  };
  const batch = collate(long, Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7), width);
  const before = tf.memory().numBytes;
  const { peakBytes } = await tf.profile(() => {
    const { loss, byName } = batchGradients(model, [batch], toyLabels, { training: true, seed: 0 });
    tf.dispose([loss, ...byName.values()]);
  });
  return peakBytes - before;
}

onEveryEngine("a step's memory is estimated to what it takes, and at most twice that", async () => {
  const model = createToy(1);
  const width = 400;
  const { fixed, perToken } = await estimateStep(model, { documents: 8, width }, toyLabels);
  const ratio = (fixed + perToken * 8 * width) / await measuredStep(model, width);
  assert.ok(ratio > 1 && ratio < 2, `${ratio}`);
  model.weights.dispose();
});

/** Asserts that MDBERT is asked for what a step on 8 documents of `words` words takes, to twice that. */
async function assertAsked(set: readonly string[], words: number, vocabulary: number) {
  const sizes = ["model.hidden=16", "model.heads=2", "batchSize=8", `maxTokens=${words}`];
  const config = resolveConfig({ model: "mdbert", set: [...set, ...sizes] });
  const model = createModel(config, {
    labels: perTask(() => [codeLabel]),
    vocabulary: ["<pad>", "<unk>", ...Array.from({ length: vocabulary }, (_, i) => `word${i}`)],
    embeddings: new Float32Array(vocabulary + 2),
    embeddingSize: 1,
    seed: 1,
  });
  const long: Documents = {
    count: 8,
    lengths: new Int32Array(8).fill(words),
    tokens: () => new Int32Array(words).fill(3),
    labels: () => new Int32Array(),
  };
  const batch = collate(long, Int32Array.from({ length: 8 }, (_, row) => row), words);
  const labels = perTask(() => 1);
  const before = tf.memory().numBytes;
  const { peakBytes } = await tf.profile(() => {
    const { loss, byName } = batchGradients(model, [batch], labels, { training: true, seed: 0 });
    tf.dispose([loss, ...byName.values()]);
  });
  const taken = peakBytes - before;
  requireMemory(await estimateMemory(model, config, long, labels, 2 * taken), config);
  const short = await estimateMemory(model, config, long, labels, taken);
  assert.throws(() => requireMemory(short, config), { name: "ResourceError" });
  model.weights.dispose();
}

onOneEngine(
  "fault 33: a model that reads a note's beginning alone is not asked memory for all of it",
  () => assertAsked(["model.sentences=8"], 400, 2),
);

onOneEngine(
  "fault 33: a model whose weights outweigh short steps is asked memory for its long ones",
  () => assertAsked([], 480, 100_000),
);

onEveryEngine("an estimate leaves every weight and statistic as it was", async () => {
  const model = createToy(1);
  const before = weightValues(model);
  await estimateStep(model, { documents: 8, width: 40 }, toyLabels);
  assert.deepEqual(weightValues(model), before);
  model.weights.dispose();
});

onEveryEngine("an estimate leaves no tensor behind", async () => {
  const model = createToy(1);
  const before = tf.memory().numTensors;
  await estimateStep(model, { documents: 8, width: 40 }, toyLabels);
  assert.equal(tf.memory().numTensors, before);
  model.weights.dispose();
});

onEveryEngine("a step that fits into memory is not refused, and one byte less is", async () => {
  const model = createToy(1);
  const config = toyConfig();
  const documents = toyDocuments(30, 1);
  const shape = largestPass(config, documents.lengths);
  const { fixed, perToken } = await estimateStep(model, shape, toyLabels);
  const needed = fixed + perToken * shape.documents * shape.width;
  requireMemory(await estimateMemory(model, config, documents, toyLabels, needed), config);
  const short = await estimateMemory(model, config, documents, toyLabels, needed - 1);
  assert.throws(() => requireMemory(short, config), {
    name: "ResourceError",
    message: /^training steps of 4 × 12 tokens need about .* GB of memory and .* GB are free; /,
  });
  model.weights.dispose();
});

onEveryEngine("where smaller passes would fit, the refusal says how small", async () => {
  const model = createToy(1);
  const documents = toyDocuments(300, 1);
  const config = toyConfig({ batchSize: 250, maxTokens: 12, microTokens: 100_000 });
  const shape = largestPass(config, documents.lengths); // 250 × 12 tokens
  const { fixed, perToken } = await estimateStep(model, shape, toyLabels);
  const available = fixed + perToken * 2500;
  const short = await estimateMemory(model, config, documents, toyLabels, available);
  assert.throws(() => requireMemory(short, config), {
    name: "ResourceError",
    message: /steps of 250 × 12 tokens .*; use --set microTokens=2000, or --ignore-memory$/,
  });
  const smaller = toyConfig({ batchSize: 250, maxTokens: 12, microTokens: 2000 });
  requireMemory(await estimateMemory(model, smaller, documents, toyLabels, available), smaller);
  model.weights.dispose();
});

onEveryEngine("where not even one document would fit, the refusal says so", async () => {
  const model = createToy(1);
  const documents = { ...toyDocuments(4, 1), lengths: new Int32Array(4).fill(1500) };
  const config = toyConfig({ batchSize: 4, maxTokens: 1500, microTokens: 100_000 });
  const { fixed, perToken } = await estimateStep(model, { documents: 4, width: 1500 }, toyLabels);
  for (const available of [1, fixed + perToken * 1400]) {
    const short = await estimateMemory(model, config, documents, toyLabels, available);
    assert.throws(() => requireMemory(short, config), {
      name: "ResourceError",
      message: /; free memory, lower maxTokens or batchSize, or use --ignore-memory$/,
    });
  }
  model.weights.dispose();
});
