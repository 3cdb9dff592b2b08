/** The loss that training differentiates in the systems built of the paper's blocks (§3.4). */
import assert from "node:assert/strict";
import type { TrainConfig } from "../../../model/config/config.ts";
import type { Assignments } from "../../../model/system.ts";
import { assign } from "../../../model/config/assign.ts";
import { nativeKernels } from "../../../model/engine/kernels.ts";
import { type Scalar, tf } from "../../../model/engine/tf.ts";
import { createLoss } from "../../../model/loss.ts";
import type { Model, Targets, TokenBatch } from "../../../model/model.ts";
import type { PerTask, Task } from "../../../pipeline/schema.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import { createRandom } from "../../../pipeline/random.ts";
import { inputsOf } from "../../_support/inputs.ts";
import { kernelsRunBy } from "../../_support/kernels.ts";
import { plainLoss } from "../../_support/plain_loss.ts";
import { gradientsByName, trainingGradients } from "../../_support/training_loss.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertClose, assertNoLeak, batchOf, disposeBatch } from "../../_support/layers.ts";

/** What part each task's loss has in the whole. */
type Shares = { readonly [task in Task]?: number };

const training = { training: true, seed: 7 };

const VOCABULARY = 20;
const WIDTH = 6;

const lengths = [9, 4, 1];

/** Enough labels for the fused kernel, and too few. */
const labelCounts: Record<string, PerTask<number>> = {
  many: { icd: 133, ccs: 129 },
  few: { icd: 5, ccs: 3 },
};

const losses = ["bce", "focal", "focal-balanced"];

const sharings: Record<string, { set: Assignments; shares: Shares }> = {
  "both tasks": {
    set: { "model.mtl": true },
    shares: { icd: 0.7, ccs: 0.3 },
  },
  "both tasks, most of it CCS": {
    set: { "model.mtl": true, "loss.icdWeight": 0.25 },
    shares: { icd: 0.25, ccs: 0.75 },
  },
  "ICD alone": {
    set: { "model.mtl": false, target: "icd" },
    shares: { icd: 1 },
  },
  "CCS alone": {
    set: { "model.mtl": false, target: "ccs" },
    shares: { ccs: 1 },
  },
};

const systems: Record<string, { set: Assignments; shares: Shares }> = {
  "mt-ram": {
    set: { "model.hidden": 4 },
    shares: { icd: 0.7, ccs: 0.3 },
  },
  "caml": {
    set: { "model.filters": 5 },
    shares: { icd: 1 },
  },
  "multi-res-cnn": {
    set: { "model.filters": 4, "model.kernels": "3,5" },
    shares: { icd: 1 },
  },
  "fusion": {
    set: { "model.filters": 4, "model.kernels": "3,5", "model.heads": 2 },
    shares: { icd: 1 },
  },
};

const marn = assign(resolveConfig({ model: "marn" }), { "model.hidden": 4 });

for (const [sharing, { set, shares }] of Object.entries(sharings)) {
  for (const name of losses) {
    for (const [count, labels] of Object.entries(labelCounts)) {
      onEveryEngine(`MARN's training loss is eq. 17: ${sharing}, ${name}, ${count} labels`, () => {
        const config = assign(marn, { ...set, "loss.name": name, "loss.alpha": 0.9 });
        assertWeightedSum(config, labels, shares);
      });
    }
  }
}

for (const [name, { set, shares }] of Object.entries(systems)) {
  for (const [count, labels] of Object.entries(labelCounts)) {
    onEveryEngine(`${name}'s training loss is that of its logits, ${count} labels`, () => {
      assertWeightedSum(assign(resolveConfig({ model: name }), set), labels, shares);
    });
  }
}

onEveryEngine("the fused kernel computes every task's loss where labels are many", () => {
  for (const [count, labels] of Object.entries(labelCounts)) {
    const model = buildModel(marn, labels);
    const batch = createBatch();
    const kernels = kernelsRunBy(() =>
      tf.tidy(() => {
        model.loss(batch, createTargets(model, labels), training);
      })
    );
    const fused = kernels.filter((kernel) => kernel === "MarnLabelAttentionLoss");
    assert.equal(fused.length, count === "many" && nativeKernels() ? 2 : 0, count);
    disposeBatch(batch);
    model.weights.dispose();
  }
});

/** Σ share × loss of the task's logits, in plain numbers, and its gradients through plain operations. */
function assertWeightedSum(config: TrainConfig, labels: PerTask<number>, shares: Shares): void {
  const model = buildModel(config, labels);
  const batch = createBatch();
  assert.deepEqual(model.tasks, Object.keys(shares));
  assertNoLeak(() =>
    tf.tidy(() => {
      const targets = createTargets(model, labels);
      const outputs = model.logits(batch, training);
      const expected = model.tasks.reduce((sum, task) => {
        const logits = outputs[task]!.arraySync() as number[][];
        const truth = targets[task]!.arraySync() as number[][];
        return sum + shares[task]! * plainLoss(config.loss, logits, truth);
      }, 0);
      const { loss, gradients } = trainingGradients(model, batch, targets, training);
      assertClose(loss, { shape: [], values: [expected] }, 1e-5, "loss");

      const lossOf = createLoss(config.loss);
      const plain = gradientsByName(model, () => {
        const outputs = model.logits(batch, training);
        const terms = model.tasks.map((task) =>
          tf.mul(lossOf(outputs[task]!, targets[task]!), shares[task]!)
        );
        return tf.addN(terms) as Scalar;
      }).gradients;
      assert.deepEqual([...gradients.keys()], [...plain.keys()]);
      for (const [name, gradient] of plain) {
        // Both sides round in float32, and batch norm over few tokens makes more of it.
        assertClose(gradients.get(name)!, gradient, 5e-5, name, 1e-4);
      }
    })
  );
  disposeBatch(batch);
  model.weights.dispose();
}

function buildModel(config: TrainConfig, labels: PerTask<number>): Model {
  const inputs = inputsOf({ labels, words: VOCABULARY, width: WIDTH, vectors: 1 });
  return createModel(config, { ...inputs, seed: 2 });
}

function createBatch(): TokenBatch {
  const random = createRandom(3, "test tokens");
  const { tokens, ...positions } = batchOf(lengths);
  tokens.dispose();
  const rows = lengths.map((length) =>
    Array.from({ length: positions.width }, (_, t) => t < length ? 2 + random.below(18) : 0)
  );
  return { ...positions, tokens: tf.tensor2d(rows, undefined, "int32") };
}

function createTargets(model: Model, labels: PerTask<number>): Targets {
  const random = createRandom(4, "test targets");
  return Object.fromEntries(model.tasks.map((task) => {
    const rows = lengths.map(() =>
      Array.from({ length: labels[task] }, () => random.uniform() < 0.3 ? 1 : 0)
    );
    return [task, tf.tensor2d(rows)];
  }));
}
