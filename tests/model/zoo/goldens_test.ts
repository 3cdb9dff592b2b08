import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import type { Weight } from "../../../model/layers/weights.ts";
import type { Model, Targets } from "../../../model/model.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { codes, golden, goldenModel } from "../../_support/golden_systems.ts";
import { batchOfTokens } from "../../_support/inputs.ts";
import { assertClose, assertNoLeak, disposeBatch } from "../../_support/layers.ts";
import { trainingGradients } from "../../_support/training_loss.ts";

function targetsOf(model: Model): Targets {
  return Object.fromEntries(model.tasks.map((task) => [task, tf.tensor2d(golden.targets[task])]));
}

const training = { training: true, seed: 3 };
const evaluation = { training: false, seed: 0 };

/** Names and shapes, in the order of the names. */
function shapesOf(weights: readonly Weight[]): [string, number[]][] {
  return weights.map(({ name, variable }): [string, number[]] => [name, variable.shape]).sort();
}

for (const [name, expected] of Object.entries(golden.systems)) {
  onEveryEngine(`${name}: trained and frozen weights have the release's names and shapes`, () => {
    const { weights } = goldenModel(name);
    const frozen = weights.all().filter(({ trainable, name }) =>
      !trainable && !(name in expected.buffers)
    );
    assert.deepEqual(shapesOf(weights.trainable()), Object.entries(expected.shapes).sort());
    assert.deepEqual(shapesOf(frozen), Object.entries(expected.frozen).sort());
    weights.dispose();
  });

  onEveryEngine(`${name}: logits in training agree with PyTorch`, () => {
    const model = goldenModel(name);
    const batch = batchOfTokens(golden.tokens);
    const outputs = model.logits(batch, training);
    tf.tidy(() => {
      const logits = tf.concat(model.tasks.map((task) => outputs[task]!), 1);
      assertClose(logits, { shape: logits.shape, values: expected.logits }, 1e-5, "logits");
    });
    tf.dispose(outputs);
    disposeBatch(batch);
    model.weights.dispose();
  });

  onEveryEngine(`${name}: the training loss and every gradient agree with PyTorch`, () => {
    const model = goldenModel(name);
    const batch = batchOfTokens(golden.tokens);
    const targets = targetsOf(model);
    assertNoLeak(() =>
      tf.tidy(() => {
        const { loss, gradients } = trainingGradients(model, batch, targets, training);
        assertClose(loss, { shape: [], values: [expected.loss] }, 1e-5, "loss");
        assert.deepEqual([...gradients.keys()].sort(), Object.keys(expected.gradients).sort());
        for (const { name, variable } of model.weights.trainable()) {
          const stored = { shape: variable.shape, values: expected.gradients[name]! };
          assertClose(gradients.get(name)!, stored, 1e-5, name);
        }
      })
    );
    model.weights.dispose();
    disposeBatch(batch);
    tf.dispose(Object.values(targets));
  });

  if (Object.keys(expected.buffers).length > 0) {
    onEveryEngine(`${name}: a training step moves the statistics as PyTorch's does`, () => {
      const model = goldenModel(name);
      const batch = batchOfTokens(golden.tokens);
      tf.tidy(() => {
        model.loss(batch, targetsOf(model), training);
      });
      for (const [buffer, values] of Object.entries(expected.buffers)) {
        const { variable } = model.weights.get(buffer);
        assertClose(variable, { shape: variable.shape, values }, 1e-5, buffer);
      }
      model.weights.dispose();
      disposeBatch(batch);
    });
  }

  onEveryEngine(`${name}: a document's logits do not depend on its batch`, () => {
    const model = goldenModel(name);
    const together = batchOfTokens(golden.tokens);
    const all = model.logits(together, evaluation);
    golden.tokens.forEach((document, row) => {
      const alone = batchOfTokens([document]);
      const single = model.logits(alone, evaluation);
      for (const task of model.tasks) {
        tf.tidy(() => {
          const there = tf.slice(all[task]!, [row, 0], [1, -1]);
          assertClose(single[task]!, there, 1e-5, `${task} of document ${row}`);
        });
      }
      tf.dispose(single);
      disposeBatch(alone);
    });
    tf.dispose(all);
    disposeBatch(together);
    model.weights.dispose();
  });
}

const attentive = Object.keys(golden.systems).filter((name) =>
  !["cnn", "bigru", "mdbert"].includes(name)
);

for (const name of attentive) {
  onEveryEngine(`${name}: a document's attention does not depend on its batch`, () => {
    const model = goldenModel(name);
    tf.tidy(() => {
      for (const task of model.tasks) {
        const labels = Int32Array.from(codes[task].keys());
        const all = model.attention!(batchOfTokens(golden.tokens), task, labels);
        golden.tokens.forEach((document, row) => {
          const alone = model.attention!(batchOfTokens([document]), task, labels);
          const there = tf.slice(all, [row, 0, 0], [1, -1, document.length]);
          assertClose(alone, there, 1e-5, `${task} of document ${row}`);
        });
      }
    });
    model.weights.dispose();
  });

  onEveryEngine(`${name}: attention is of the labels that are asked for, in that order`, () => {
    const model = goldenModel(name);
    tf.tidy(() => {
      const batch = batchOfTokens(golden.tokens);
      for (const task of model.tasks) {
        const all = model.attention!(batch, task, Int32Array.from(codes[task].keys()));
        const some = model.attention!(batch, task, Int32Array.of(2, 0));
        assertClose(some, tf.gather(all, tf.tensor1d([2, 0], "int32"), 1), 1e-6, task);
      }
    });
    model.weights.dispose();
  });
}

for (const name of ["cnn", "bigru", "mdbert"]) {
  onEveryEngine(`${name} has no label attention`, () => {
    const model = goldenModel(name);
    assert.equal(model.attention, undefined);
    model.weights.dispose();
  });
}
