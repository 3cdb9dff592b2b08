import assert from "node:assert/strict";
import fc from "fast-check";
import type { SystemSettings } from "../../../model/system.ts";
import { tf } from "../../../model/engine/tf.ts";
import { base } from "../../../model/config/presets.ts";
import type { Model, Targets, TokenBatch } from "../../../model/model.ts";
import type { Task } from "../../../pipeline/schema.ts";
import { createOptimizer } from "../../../model/train/optimizer.ts";
import { assignValues } from "../../../model/layers/weights.ts";
import { marn, type MarnOptions } from "../../../model/zoo/marn.ts";
import { createRandom } from "../../../pipeline/random.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { inputsOf } from "../../_support/inputs.ts";
import { trainingGradients } from "../../_support/training_loss.ts";
import {
  assertClose,
  assertNoLeak,
  batchOf,
  disposeBatch,
  load,
  type Stored,
} from "../../_support/layers.ts";

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

function withTokens(documents: readonly (readonly number[])[], width?: number): TokenBatch {
  const batch = batchOf(documents.map((tokens) => tokens.length), width);
  tf.dispose(batch.tokens);
  const rows = documents.map((tokens) =>
    Array.from({ length: batch.width }, (_, t) => tokens[t] ?? 0)
  );
  return { ...batch, tokens: tf.tensor2d(rows, [batch.size, batch.width], "int32") };
}

function goldenModel({ options, weights }: Case): Model {
  const { loss: name, target, ...model } = options;
  const stored = weights["word_embedding.weight"]!;
  const model_ = marn.create(
    configOf({ ...model, hidden: golden.hidden }, { target, loss: { ...base.loss, name } }),
    inputsOf({ labels: golden.labels, words: golden.vocabulary, width: stored.shape[1]! }),
  );
  assert.deepEqual(
    model_.weights.all().map(({ name, variable }) => [name, variable.shape]).sort(),
    Object.entries(weights).map(([name, { shape }]) => [name, shape]).sort(),
  );
  for (const weight of model_.weights.all()) {
    assignValues(weight, Float32Array.from(weights[weight.name]!.values));
  }
  return model_;
}

function goldenBatch({ tokens }: Case): TokenBatch {
  return withTokens(tokens.map((row, i) => row.slice(0, golden.lengths[i])));
}

for (const stored of golden.cases) {
  const title = JSON.stringify(stored.options);

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
        for (const [name, expected] of Object.entries(stored.after)) {
          assertClose(model.weights.get(name).variable, expected, 1e-5, name);
        }
      })
    );
    model.weights.dispose();
  });
}

const document = fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 1, maxLength: 12 });

onEveryEngine("MARN gives a document the same probabilities alone and in any batch", () => {
  const model = marn.create(
    configOf({ hidden: 8 }),
    inputsOf({ labels: { icd: 5, ccs: 4 }, words: 20, width: 6, vectors: 1 }),
  );
  const probabilities = (documents: number[][], width?: number) =>
    tf.tidy(() => {
      const { icd, ccs } = model.logits(withTokens(documents, width), evaluation);
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
    const model = marn.create(
      configOf({ hidden: 4 }),
      inputsOf({ labels: { icd: 5, ccs: 4 }, words: 20, width: 6, vectors: 1 }),
    );
    const result = tf.tidy(() => {
      const batch = withTokens([[3, 4, 5, 6, 7], [8, 9], [10, 11, 12]], width);
      const targets = { icd: tf.eye(3, 5), ccs: tf.eye(3, 4) };
      const { loss, gradients } = trainingGradients(model, batch, targets, training);
      return [loss, ...gradients.values()].map((tensor) => tf.keep(tensor));
    });
    model.weights.dispose();
    return result;
  };
  const [narrow, wide] = [step(5), step(11)];
  narrow.forEach((tensor, i) => assertClose(wide[i]!, tensor, 1e-5, `tensor ${i}`));
  tf.dispose([narrow, wide]);
});

onEveryEngine("MARN overfits one batch, and leaves no tensor behind", () => {
  const labels = { icd: 6, ccs: 4 };
  const model = marn.create(
    configOf({ hidden: 12 }, { loss: { ...base.loss, name: "bce" } }),
    inputsOf({ labels, words: 30, width: 10, vectors: 1 }),
  );
  const optimizer = createOptimizer(model.weights, { ...base.optimizer, learningRate: 0.02 });
  const random = createRandom(5, "test documents");
  const documents = Array.from(
    { length: 6 },
    () => Array.from({ length: 4 + random.below(8) }, () => 1 + random.below(29)),
  );
  const batch = withTokens(documents);
  const hot = (count: number) =>
    tf.tensor2d(documents.map(() => Array.from({ length: count }, () => random.below(2))));
  const targets = { icd: hot(labels.icd), ccs: hot(labels.ccs) };
  const losses: number[] = [];
  const counts = new Set<number>();
  for (let step = 0; step < 60; step++) {
    const { loss, gradients } = trainingGradients(model, batch, targets, training);
    const norm = optimizer.update(gradients);
    losses.push(loss.dataSync()[0]!);
    tf.dispose([loss, norm, ...gradients.values()]);
    counts.add(tf.memory().numTensors);
  }
  assert.ok(losses[0]! > 0.5 && losses.at(-1)! < 0.02, `${losses[0]} → ${losses.at(-1)}`);
  assert.equal(counts.size, 1, "tensors per step");
  optimizer.dispose();
  disposeBatch(batch);
  tf.dispose([targets.icd, targets.ccs]);
  model.weights.dispose();
});

onEveryEngine("MARN's attention sums to 1 over each document's own tokens", () => {
  const model = marn.create(
    configOf({ hidden: 4 }),
    inputsOf({ labels: { icd: 5, ccs: 4 }, words: 20, width: 6, vectors: 1 }),
  );
  tf.tidy(() => {
    const batch = withTokens([[3, 4, 5, 6], [8, 9]]);
    const attention = model.attention!(batch, "icd", Int32Array.of(4, 0, 2));
    assert.deepEqual(attention.shape, [2, 3, 4]);
    assertClose(tf.sum(attention, 2), tf.ones([2, 3]), 1e-6, "sums");
    const padding = tf.mul(attention, tf.expandDims(tf.sub(1, batch.mask), 1));
    assert.equal(tf.max(padding).dataSync()[0], 0);
  });
  model.weights.dispose();
});

onEveryEngine("MARN at the paper's size has as many parameters as its layers add up to", () => {
  const model = marn.create(
    configOf({}),
    inputsOf({ labels: { icd: 50, ccs: 38 }, words: 2, width: 100, vectors: 1 }),
  );
  const gru = 2 * (900 * 100 + 900 * 300 + 2 * 900);
  // Two convolutions of 3 taps and two batch norms a block.
  const block = (input: number, output: number) =>
    3 * (input * output + output * output) + 4 * output;
  const ram = block(600, 300) + block(300, 150) + block(150, 150) + block(150, 300) +
    block(300, 600);
  const heads = (50 + 38) * (600 + 600 + 1);
  assert.equal(ram, 3_178_500); // as BASELINES has it for the released code
  assert.equal(model.weights.parameterCount(), gru + ram + heads);
  model.weights.dispose();
});
