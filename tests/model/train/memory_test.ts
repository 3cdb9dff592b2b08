import assert from "node:assert/strict";
import { collate } from "../../../pipeline/dataset/documents.ts";
import { ResourceError } from "../../../pipeline/errors.ts";
import { tf } from "../../../model/engine/tf.ts";
import { batchGradients } from "../../../model/train/step.ts";
import {
  availableMemory,
  estimateStep,
  largestPass,
  requireMemory,
} from "../../../model/train/memory.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { createToy, toyConfig, toyDocuments, toyLabels, weightValues } from "../../_support/toy.ts";

Deno.test("the largest pass is the largest part of a batch after splitting", () => {
  const lengths = Int32Array.of(100, 100, 90, 90, 3, 2);
  const sizes = { batchSize: 2, maxTokens: 95 };
  assert.deepEqual(largestPass(toyConfig({ ...sizes, microTokens: 1000 }), lengths), {
    documents: 2,
    width: 95,
  });
  assert.deepEqual(largestPass(toyConfig({ ...sizes, microTokens: 120 }), lengths), {
    documents: 1,
    width: 95,
  });
});

onEveryEngine(
  "a step's memory is estimated to within a factor of two, leaving no trace",
  async () => {
    const model = createToy(1);
    const before = weightValues(model), tensors = tf.memory().numTensors;
    const width = 400, documents = toyDocuments(8, 1);
    const { fixed, perToken } = await estimateStep(model, { documents: 8, width }, toyLabels);
    assert.equal(tf.memory().numTensors, tensors);
    assert.deepEqual(weightValues(model), before);
    const long = { ...documents, tokens: () => new Int32Array(width).fill(3) };
    const batch = collate(long, Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7), width);
    const bytes = tf.memory().numBytes;
    const { peakBytes } = await tf.profile(() => {
      const { loss, byName } = batchGradients(model, [batch], toyLabels, {
        training: true,
        seed: 0,
      });
      tf.dispose([loss, ...byName.values()]);
    });
    const ratio = (fixed + perToken * 8 * width) / (peakBytes - bytes);
    assert.ok(ratio > 1 && ratio < 2, `${ratio}`);
    model.weights.dispose();
  },
);

onEveryEngine("too little memory is refused with what is needed and a remedy", async () => {
  const model = createToy(1), config = toyConfig(), documents = toyDocuments(30, 1);
  await requireMemory(model, config, documents, toyLabels, 1e9);
  await assert.rejects(
    requireMemory(model, config, documents, toyLabels, 1000),
    (error) =>
      error instanceof ResourceError &&
      /steps of 4 × 12 tokens need about .* GB of memory/.test(error.message),
  );
  assert.ok(availableMemory() > 0);
  model.weights.dispose();
});
