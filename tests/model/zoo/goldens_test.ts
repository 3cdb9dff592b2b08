import assert from "node:assert/strict";
import type { TrainConfig } from "../../../model/config/config.ts";
import { tf } from "../../../model/engine/tf.ts";
import type { Model, Targets } from "../../../model/model.ts";
import type { Task } from "../../../pipeline/schema.ts";
import { base, resolveConfig } from "../../../model/config/presets.ts";
import { assignValues, type Weight } from "../../../model/layers/weights.ts";
import { createModel, type SystemConfig, systemNamed } from "../../../model/zoo/systems.ts";
import { mix32 } from "../../../pipeline/random.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { batchOfTokens, inputsOf } from "../../_support/inputs.ts";
import type { BertInputs } from "../../../model/zoo/mdbert/bert.ts";
import { trainingGradients } from "../../_support/training_loss.ts";
import { assertClose, assertNoLeak, disposeBatch } from "../../_support/layers.ts";

interface Golden {
  logits: number[];
  loss: number;
  shapes: Record<string, number[]>;
  frozen: Record<string, number[]>;
  gradients: Record<string, number[]>;
  buffers: Record<string, number[]>;
}

/** Made by tests/interop/zoo.py. */
const golden: {
  tokens: number[][];
  targets: Record<Task, number[][]>;
  titles: number[][];
  pieces: Record<string, number[]>;
  systems: Record<string, Golden>;
} = JSON.parse(
  await Deno.readTextFile(new URL("../../../fixtures/golden/zoo.json", import.meta.url)),
);

const VOCABULARY = 30;
const WIDTH = 8;
const codes = { icd: ["428.0", "428.1", "V45.81", "038.9", "038.0"], ccs: ["1", "2", "3"] };

/** The sizes of tests/interop/zoo.py. */
const small: { readonly [name: string]: Partial<SystemConfig> } = {
  "cnn": { filters: 6 },
  "bigru": { hidden: 4 },
  "caml": { filters: 5 },
  "dr-caml": { filters: 5 },
  "multi-res-cnn": { kernels: "3,5", filters: 4 },
  "mt-ram": { hidden: 4 },
  "laat": { hidden: 4, attention: 3 },
  "joint-laat": { hidden: 4, attention: 3, projection: 3 },
  "fusion": { kernels: "3,5", filters: 4, heads: 2, feedForward: 6 },
  "mdbert": { sentencePieces: 6, sentences: 6, documentLayers: 1 },
};

const inputs = inputsOf({
  labels: codes,
  title: (label) => golden.titles[label] ?? [],
  words: VOCABULARY,
  width: WIDTH,
});

const bert: BertInputs = {
  config: {
    vocab_size: 20,
    hidden_size: 8,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 12,
    max_position_embeddings: 10,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    initializer_range: 0.02,
    hidden_dropout_prob: 0,
  },
  wordPieces: Array.from({ length: VOCABULARY }, (_, v) => Int32Array.from(golden.pieces[v]!)),
  cls: 1,
  sep: 2,
};

/** The same value from (name, index) as tests/interop/zoo.py computes. */
function hashed(name: string, size: number, low: number, high: number): Float32Array {
  let state = 0x9e3779b9;
  for (const letter of name) state = mix32(state ^ letter.charCodeAt(0));
  return Float32Array.from({ length: size }, (_, i) => {
    return low + (high - low) * (mix32(state ^ mix32(i + 1)) / 2 ** 32);
  });
}

const wordTables = ["embed.weight", "word_rep.embed.weight", "desc_embedding.weight"];
const isNormWeight = (name: string, shape: readonly number[]) =>
  shape.length === 1 && name.endsWith(".weight");

function goldenModel(name: string): Model {
  const config = configOf(name);
  const model = createModel(config, inputs, name === "mdbert" ? bert : undefined);
  for (const weight of model.weights.all()) {
    const { shape, size } = weight.variable;
    if (weight.name.includes("running_")) continue;
    const [low, high] = isNormWeight(weight.name, shape) ? [0.5, 1.5] : [-0.5, 0.5];
    const values = hashed(weight.name, size, low!, high!);
    if (wordTables.includes(weight.name) || !weight.trainable) values.fill(0, 0, WIDTH);
    assignValues(weight, values);
  }
  return model;
}

function configOf(name: string): TrainConfig {
  const config = resolveConfig({ model: name });
  const quiet = { embeddingDropout: 0, dropout: 0, featureDropout: 0 };
  const known = Object.entries(quiet).filter(([key]) => key in systemNamed(name).options);
  const model = { ...config.model, ...Object.fromEntries(known), ...small[name] } as SystemConfig;
  return { ...config, loss: { ...base.loss, name: "bce" }, model };
}

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
