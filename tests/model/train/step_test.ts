import assert from "node:assert/strict";
import { collate } from "../../../pipeline/dataset/documents.ts";
import { tf } from "../../../model/engine/tf.ts";
import { batchGradients } from "../../../model/train/step.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { createToy, toyDocuments, toyLabels } from "../../_support/toy.ts";

onEveryEngine("micro-batches add up to the whole batch's loss and gradients", () => {
  const model = createToy(1), documents = toyDocuments(7, 2);
  const mode = { training: false, seed: 3 };
  const rows = Int32Array.of(0, 1, 2, 3, 4, 5, 6);
  const parts = [[0, 3, 5], [1], [2, 4, 6]].map((rows) => Int32Array.from(rows));
  const before = tf.memory().numTensors;
  const whole = batchGradients(model, [collate(documents, rows, 12)], toyLabels, mode);
  const sum = batchGradients(
    model,
    parts.map((rows) => collate(documents, rows, 12)),
    toyLabels,
    mode,
  );
  assertClose(sum.loss.dataSync(), whole.loss.dataSync());
  assert.deepEqual([...sum.byName.keys()].sort(), ["toy.bias", "toy.ccs", "toy.icd"]);
  for (const [name, gradient] of whole.byName) {
    assertClose(sum.byName.get(name)!.dataSync(), gradient.dataSync());
  }
  for (const { loss, byName } of [whole, sum]) tf.dispose([loss, ...byName.values()]);
  assert.equal(tf.memory().numTensors, before);
  model.weights.dispose();
});

/** To 1e-5 of the largest magnitude. */
function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  const scale = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < expected.length; i++) {
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= 1e-5 * scale, `${actual[i]} ${expected[i]}`);
  }
}
