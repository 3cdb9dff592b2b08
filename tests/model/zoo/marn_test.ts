import assert from "node:assert/strict";
import fc from "fast-check";
import type { SystemSettings } from "../../../model/system.ts";
import { tf } from "../../../model/engine/tf.ts";
import { base } from "../../../model/config/presets.ts";
import type { Model, Targets, TokenBatch } from "../../../model/model.ts";
import type { Task } from "../../../pipeline/schema.ts";
import { assignValues } from "../../../model/layers/weights.ts";
import { marn, type MarnOptions } from "../../../model/zoo/marn.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { batchOfTokens, inputsOf } from "../../_support/inputs.ts";
import { trainingGradients } from "../../_support/training_loss.ts";
import { assertClose, assertNoLeak, load, type Stored } from "../../_support/layers.ts";

interface Case {
  options: { mtl: boolean; target: Task; ram: boolean; loss: "focal"; trainEmbedding: boolean };
  tokens: number[][];
  targets: Record<Task, Stored>;
  weights: Record<string, Stored>;
  evaluationLogits: Record<Task, Stored>;
  trainingLogits: Record<Task, Stored>;
  loss: number;
  gradients: Record<string, Stored>;
  after: Record<string, Stored>;
}

const golden: {
  lengths: number[];
  hidden: number;
  vocabulary: number;
  labels: Record<Task, number>;
  cases: Case[];
} = JSON.parse(
  await Deno.readTextFile(new URL("../../../fixtures/golden/marn.json", import.meta.url)),
);

const evaluation = { training: false, seed: 0 };
const training = { training: true, seed: 0 };

/** A small MARN without dropout. */
function configOf(
  model: Partial<MarnOptions>,
  more: Partial<SystemSettings<MarnOptions>> = {},
): SystemSettings<MarnOptions> {
  const quiet = { embeddingDropout: 0, dropout: 0 };
  const options = { ...marn.options, ...quiet, ...model };
  return { target: "icd", loss: base.loss, ...more, model: options };
}

/** One of five and four labels, and twenty words. */
function smallMarn(): Model {
  const labels = { icd: 5, ccs: 4 };
  return marn.create(
    configOf({ hidden: 4 }),
    inputsOf({ labels, words: 20, width: 6, vectors: 1 }),
  );
}

function goldenModel({ options, weights }: Case): Model {
  const { loss: name, target, ...blocks } = options;
  const [, width] = weights["word_embedding.weight"]!.shape as [number, number];
  const model = marn.create(
    configOf({ ...blocks, hidden: golden.hidden }, { target, loss: { ...base.loss, name } }),
    inputsOf({ labels: golden.labels, words: golden.vocabulary, width }),
  );
  for (const weight of model.weights.all()) {
    assignValues(weight, Float32Array.from(weights[weight.name]!.values));
  }
  return model;
}

function goldenBatch({ tokens }: Case): TokenBatch {
  return batchOfTokens(tokens.map((row, i) => row.slice(0, golden.lengths[i])));
}

for (const stored of golden.cases) {
  const title = JSON.stringify(stored.options);

  onEveryEngine(`MARN's weights have the release's names and shapes ${title}`, () => {
    const { weights } = goldenModel(stored);
    assert.deepEqual(
      weights.all().map(({ name, variable }) => [name, variable.shape]).sort(),
      Object.entries(stored.weights).map(([name, { shape }]) => [name, shape]).sort(),
    );
    weights.dispose();
  });

  for (const mode of [evaluation, training]) {
    const kind = mode.training ? "training" : "evaluation";
    onEveryEngine(`MARN's ${kind} logits agree with PyTorch ${title}`, () => {
      const model = goldenModel(stored);
      assertNoLeak(() =>
        tf.tidy(() => {
          const outputs = model.logits(goldenBatch(stored), mode);
          const expected = stored[`${kind}Logits`];
          assert.deepEqual([...model.tasks].sort(), Object.keys(expected).sort());
          for (const task of model.tasks) assertClose(outputs[task]!, expected[task], 1e-5, task);
        })
      );
      model.weights.dispose();
    });
  }

  onEveryEngine(`MARN's training loss and its gradients agree with PyTorch ${title}`, () => {
    const model = goldenModel(stored);
    assertNoLeak(() =>
      tf.tidy(() => {
        const targets: Targets = Object.fromEntries(
          model.tasks.map((task) => [task, load(stored.targets[task])]),
        );
        const batch = goldenBatch(stored);
        const { loss, gradients } = trainingGradients(model, batch, targets, training);
        assertClose(loss, { shape: [], values: [stored.loss] }, 1e-5, "loss");
        assert.deepEqual([...gradients.keys()].sort(), Object.keys(stored.gradients).sort());
        for (const [name, expected] of Object.entries(stored.gradients)) {
          assertClose(gradients.get(name)!, expected, 1e-5, name);
        }
      })
    );
    model.weights.dispose();
  });

  if (Object.keys(stored.after).length > 0) {
    onEveryEngine(`MARN's training step moves the statistics as PyTorch's does ${title}`, () => {
      const model = goldenModel(stored);
      tf.tidy(() => {
        model.logits(goldenBatch(stored), training);
        for (const [name, expected] of Object.entries(stored.after)) {
          assertClose(model.weights.get(name).variable, expected, 1e-5, name);
        }
      });
      model.weights.dispose();
    });
  }
}

const document = fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 1, maxLength: 12 });

onEveryEngine("MARN gives a document the same probabilities alone and in any batch", () => {
  const model = smallMarn();
  const probabilities = (documents: number[][], width?: number) =>
    tf.tidy(() => {
      const { icd, ccs } = model.logits(batchOfTokens(documents, width), evaluation);
      return tf.sigmoid(tf.concat([icd!, ccs!], 1)).arraySync() as number[][];
    });
  fc.assert(
    fc.property(
      fc.array(document, { minLength: 2, maxLength: 5 }),
      fc.nat(9),
      (documents, margin) => {
        const longest = Math.max(...documents.map((tokens) => tokens.length));
        const together = probabilities(documents, longest + margin);
        documents.forEach((tokens, row) => {
          const [alone] = probabilities([tokens]);
          alone!.forEach((p, l) => assert.ok(Math.abs(p - together[row]![l]!) <= 1e-5));
        });
      },
    ),
    { numRuns: 20, seed: 1 },
  );
  model.weights.dispose();
});

onEveryEngine("MARN's training step does not depend on the padded width", () => {
  const step = (width: number) => {
    const model = smallMarn();
    const result = tf.tidy(() => {
      const batch = batchOfTokens([[3, 4, 5, 6, 7], [8, 9], [10, 11, 12]], width);
      const targets = { icd: tf.eye(3, 5), ccs: tf.eye(3, 4) };
      const { loss, gradients } = trainingGradients(model, batch, targets, training);
      return [loss, ...gradients.values()].map((tensor) => tf.keep(tensor));
    });
    model.weights.dispose();
    return result;
  };
  const narrow = step(5);
  const wide = step(11);
  narrow.forEach((tensor, i) => assertClose(wide[i]!, tensor, 1e-5, `tensor ${i}`));
  tf.dispose([narrow, wide]);
});

onEveryEngine("MARN's attention sums to 1 over each document's own tokens", () => {
  const model = smallMarn();
  tf.tidy(() => {
    const batch = batchOfTokens([[3, 4, 5, 6], [8, 9]]);
    const attention = model.attention!(batch, "icd", Int32Array.of(4, 0, 2));
    assertClose(tf.sum(attention, 2), tf.ones([2, 3]), 1e-6, "sums");
    const padding = tf.mul(attention, tf.expandDims(tf.sub(1, batch.mask), 1));
    assert.equal(tf.max(padding).dataSync()[0], 0);
  });
  model.weights.dispose();
});
