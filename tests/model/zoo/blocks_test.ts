/**
 * The loss that training differentiates in the systems built of the paper's blocks (§3.4), and the
 * attention that they show.
 */
import assert from "node:assert/strict";
import type { TrainConfig } from "../../../model/config/config.ts";
import type { Assignments } from "../../../model/system.ts";
import { assign } from "../../../model/config/assign.ts";
import { nativeKernels } from "../../../model/engine/kernels.ts";
import { type Scalar, tf } from "../../../model/engine/tf.ts";
import { createLoss } from "../../../model/loss.ts";
import type { Model, Targets, TokenBatch } from "../../../model/model.ts";
import { type PerTask, type Task, TASKS } from "../../../pipeline/schema.ts";
import { type ConfigRequest, resolveConfig } from "../../../model/config/presets.ts";
import { assignValues, Weights } from "../../../model/layers/weights.ts";
import { derivePositions, type Mode } from "../../../model/layers/positions.ts";
import { type Encoder, noBlocks, tasksOf, withBlocks } from "../../../model/zoo/blocks.ts";
import { createModel } from "../../../model/zoo/systems.ts";
import { createRandom } from "../../../pipeline/random.ts";
import { batchOfTokens, inputsOf } from "../../_support/inputs.ts";
import { kernelsRunBy } from "../../_support/kernels.ts";
import { plainLoss } from "../../_support/plain_loss.ts";
import { gradientsByName, trainingGradients } from "../../_support/training_loss.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertClose, assertNoLeak, batchOf, disposeBatch, load } from "../../_support/layers.ts";

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

for (const [count, labels] of Object.entries(labelCounts)) {
  onEveryEngine(`the fused kernel computes both tasks' losses or neither: ${count} labels`, () => {
    const model = buildModel(marn, labels);
    const batch = createBatch();
    const kernels = kernelsRunBy(() =>
      tf.tidy(() => {
        model.loss(batch, createTargets(model, labels), training);
      })
    );
    const fused = kernels.filter((kernel) => kernel === "MarnLabelAttentionLoss");
    assert.equal(fused.length, count === "many" && nativeKernels() ? 2 : 0);
    disposeBatch(batch);
    model.weights.dispose();
  });
}

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
  return batchOfTokens(
    lengths.map((length) => Array.from({ length }, () => 2 + random.below(18))),
  );
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

/** Two documents. */
const pair = [5, 2];

/**
 * A model of both tasks over an encoder whose first position is told from the others: for ICD it
 * weighs three times as much as each of these, for CCS the same.
 */
function attentiveModel(
  positionsOf: (length: number) => number,
  tokensPerPosition?: number,
): { model: Model; modes: Mode[] } {
  const weights = new Weights(1);
  const modes: Mode[] = [];
  const encoder: Encoder = {
    width: 2,
    tokensPerPosition,
    encode: (batch, mode) => {
      modes.push(mode);
      const positions = derivePositions(batch, positionsOf);
      const first = tf.oneHot(tf.zeros([batch.size, 1], "int32"), positions.width); // [B, 1, P]
      const values = tf.pad(tf.transpose(first, [0, 2, 1]), [[0, 0], [0, 0], [0, 1]]);
      return { values: tf.cast(values, "float32"), positions };
    },
  };
  const model = withBlocks(
    { weights, encoder, names: { ram: "ram", head: (task) => ({ scope: task }) } },
    { model: { ...noBlocks, mtl: true }, target: "icd", loss: marn.loss },
    inputsOf({ labels: { icd: 1, ccs: 1 }, words: 3, width: 1 }),
  );
  assignValues(model.weights.get("icd.query.weight"), Float32Array.of(Math.log(3), 0));
  assignValues(model.weights.get("ccs.query.weight"), Float32Array.of(0, 0));
  return { model, modes };
}

/** Attention over tokens, [B, T], of an encoder with so many positions for a length. */
const attentions: Record<
  string,
  [(length: number) => number, tokens: number | undefined, PerTask<number[][]>]
> = {
  "a position for each token": [(length) => length, undefined, {
    icd: [[3 / 7, 1 / 7, 1 / 7, 1 / 7, 1 / 7], [3 / 4, 1 / 4, 0, 0, 0]],
    ccs: [[1 / 5, 1 / 5, 1 / 5, 1 / 5, 1 / 5], [1 / 2, 1 / 2, 0, 0, 0]],
  }],
  "a position more than tokens, which is left out": [(length) => length + 1, undefined, {
    icd: [[3 / 8, 1 / 8, 1 / 8, 1 / 8, 1 / 8], [3 / 5, 1 / 5, 1 / 5, 0, 0]],
    ccs: [[1 / 6, 1 / 6, 1 / 6, 1 / 6, 1 / 6], [1 / 3, 1 / 3, 1 / 3, 0, 0]],
  }],
  "a position for two tokens, which share its weight": [(length) => Math.ceil(length / 2), 2, {
    icd: [[3 / 10, 3 / 10, 1 / 10, 1 / 10, 1 / 10], [1 / 2, 1 / 2, 0, 0, 0]],
    ccs: [[1 / 6, 1 / 6, 1 / 6, 1 / 6, 1 / 6], [1 / 2, 1 / 2, 0, 0, 0]],
  }],
};

for (const [what, [positionsOf, tokensPerPosition, expected]] of Object.entries(attentions)) {
  onEveryEngine(`each task's attention is of tokens, with ${what}`, () => {
    const { model } = attentiveModel(positionsOf, tokensPerPosition);
    tf.tidy(() => {
      for (const task of TASKS) {
        const attention = model.attention!(batchOf(pair), task, Int32Array.of(0));
        const values = expected[task].flat();
        assertClose(attention, load({ shape: [2, 1, 5], values }), 1e-6, task);
      }
    });
    model.weights.dispose();
  });
}

onEveryEngine("attention is that of evaluation, without dropout", () => {
  const { model, modes } = attentiveModel((length) => length);
  tf.tidy(() => {
    model.attention!(batchOf(pair), "icd", Int32Array.of(0));
  });
  assert.deepEqual(modes.map(({ training }) => training), [false]);
  model.weights.dispose();
});

for (
  const [settings, tasks] of [
    [{ model: { mtl: true }, target: "ccs" }, ["icd", "ccs"]],
    [{ model: { mtl: false }, target: "ccs" }, ["ccs"]],
    [{ model: {}, target: "icd" }, ["icd"]], // a system that cannot have both
  ] as const
) {
  Deno.test(`${JSON.stringify(settings)} predicts ${tasks.join(" and ")}`, () => {
    assert.deepEqual(tasksOf(settings), tasks);
  });
}

/** Scopes of the weights that the blocks add to a base encoder's. */
const added: Record<string, string[]> = {
  "caml": ["U", "U_ccs", "final", "final_ccs", "ram"],
  "multi-res-cnn": [
    "output_layer.U",
    "output_layer.U_ccs",
    "output_layer.final",
    "output_layer.final_ccs",
    "output_layer.ram",
  ],
};

for (const [name, scopes] of Object.entries(added)) {
  onEveryEngine(`the blocks over ${name} stand beside its own head`, () => {
    const namesOf = (request: ConfigRequest) => {
      const set = ["model.filters=4", ...request.set ?? []];
      const model = buildModel(resolveConfig({ ...request, set }), { icd: 2, ccs: 2 });
      const names = model.weights.all().map(({ name }) => name);
      model.weights.dispose();
      return names;
    };
    const own = namesOf({ model: name });
    const all = namesOf({ model: name, set: ["model.mtl=true", "model.ram=true"] });
    const head = /^(?:output_layer\.)?(?:U|final|ram)(?:_ccs)?(?=\.)/;
    const found = new Set(all.flatMap((name) => head.exec(name)?.[0] ?? []));
    assert.deepEqual([...found].sort(), scopes);
    assert.deepEqual(own.filter((name) => !all.includes(name)), []);
  });
}
