import assert from "node:assert/strict";
import { type Batch, collate } from "../../../pipeline/dataset/documents.ts";
import { tf } from "../../../model/engine/tf.ts";
import type { Model } from "../../../model/model.ts";
import { createOptimizer } from "../../../model/train/optimizer.ts";
import { batchGradients, trainStep } from "../../../model/train/step.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertClose } from "../../_support/layers.ts";
import { createToy, toyConfig, toyDocuments, toyLabels, weightValues } from "../../_support/toy.ts";

const documents = toyDocuments(7, 2);
const evaluation = { training: false, seed: 3 };

function batchOfRows(...rows: number[]): Batch {
  return collate(documents, Int32Array.from(rows), 12);
}

const whole = [batchOfRows(0, 1, 2, 3, 4, 5, 6)];
const parts = [batchOfRows(0, 3, 5), batchOfRows(1), batchOfRows(2, 4, 6)];

onEveryEngine("micro-batches add up to the whole batch's loss and gradients", () => {
  const model = createToy(1);
  const one = batchGradients(model, whole, toyLabels, evaluation);
  const sum = batchGradients(model, parts, toyLabels, evaluation);
  assertClose(sum.loss, one.loss, 1e-5, "loss");
  assert.deepEqual([...sum.byName.keys()].sort(), ["toy.bias", "toy.ccs", "toy.icd"]);
  for (const [name, gradient] of one.byName) {
    assertClose(sum.byName.get(name)!, gradient, 1e-5, name);
  }
  for (const { loss, byName } of [one, sum]) tf.dispose([loss, ...byName.values()]);
  model.weights.dispose();
});

onEveryEngine("gradients leave no tensor behind but themselves", () => {
  const model = createToy(1);
  const before = tf.memory().numTensors;
  const { loss, byName } = batchGradients(model, parts, toyLabels, evaluation);
  tf.dispose([loss, ...byName.values()]);
  assert.equal(tf.memory().numTensors, before);
  model.weights.dispose();
});

/** The model, and the seeds of the passes that its loss ran. */
function watched(model: Model): { model: Model; seeds: number[] } {
  const seeds: number[] = [];
  const loss: Model["loss"] = (batch, targets, mode) => {
    seeds.push(mode.seed);
    return model.loss(batch, targets, mode);
  };
  return { model: { ...model, loss }, seeds };
}

onEveryEngine(
  "every micro-batch draws from a seed of its own, which derives from the step's",
  () => {
    const { model, seeds } = watched(createToy(1));
    for (const seed of [3, 4, 3]) {
      const { loss, byName } = batchGradients(model, parts, toyLabels, { training: true, seed });
      tf.dispose([loss, ...byName.values()]);
    }
    assert.equal(new Set(seeds.slice(0, 6)).size, 6);
    assert.deepEqual(seeds.slice(6), seeds.slice(0, 3));
    model.weights.dispose();
  },
);

onEveryEngine("a step is an update by the batch's gradients, and tells loss and norm", async () => {
  const seed = 5;
  const learningRate = 0.01;
  const { optimizer: options } = toyConfig();
  const byHand = createToy(1);
  const ownOptimizer = createOptimizer(byHand.weights, options);
  const { loss, byName } = batchGradients(byHand, parts, toyLabels, { training: true, seed });
  const norm = ownOptimizer.update(byName, learningRate);

  const model = createToy(1);
  const optimizer = createOptimizer(model.weights, options);
  const labels = toyLabels;
  const result = await trainStep({ model, optimizer, labels }, parts, { seed, learningRate });
  assert.deepEqual(weightValues(model), weightValues(byHand));
  assert.deepEqual(result, { loss: loss.dataSync()[0], gradientNorm: norm.dataSync()[0] });
  tf.dispose([loss, norm, ...byName.values()]);
  for (const part of [optimizer, ownOptimizer, model.weights, byHand.weights]) part.dispose();
});
