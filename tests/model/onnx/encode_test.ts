import assert from "node:assert/strict";
import { InferenceSession, Tensor } from "onnxruntime-web";
import { startEngine } from "../../../model/engine/engine.ts";
import { tf } from "../../../model/engine/tf.ts";
import { encodeOnnx } from "../../../model/onnx/encode.ts";
import { onnxSystems } from "../../../model/onnx/systems.ts";

import { systems } from "../../../model/zoo/systems.ts";
import type { Task } from "../../../pipeline/schema.ts";
import { batchOfTokens } from "../../_support/inputs.ts";
import { disposeBatch } from "../../_support/layers.ts";
import {
  createSmallSystem,
  hostWeights,
  smallDocuments as documents,
  type SmallSystem,
} from "../../_support/small_systems.ts";

function encode({ config, inputs, model }: SmallSystem): Uint8Array {
  const { labels } = inputs;
  const { target, maxTokens } = config;
  return encodeOnnx({ model: config.model, target, labels, maxTokens }, hostWeights(model));
}

/** What onnxruntime computes of documents, padded with `padding` to `width`. */
async function infer(
  bytes: Uint8Array,
  documents: readonly (readonly number[])[],
  { width = Math.max(...documents.map(({ length }) => length)), padding = 0 } = {},
): Promise<InferenceSession.OnnxValueMapType> {
  const session = await InferenceSession.create(bytes);
  const padded = documents.flatMap((tokens) =>
    Array.from({ length: width }, (_, at) => BigInt(tokens[at] ?? padding))
  );
  const lengths = documents.map(({ length }) => BigInt(length));
  const outputs = await session.run({
    tokens: new Tensor("int64", BigInt64Array.from(padded), [documents.length, width]),
    lengths: new Tensor("int64", BigInt64Array.from(lengths), [documents.length]),
  });
  await session.release();
  return outputs;
}

/** Logits of each task by the model itself. */
function ownLogits({ model }: SmallSystem, texts = documents): Map<Task, Float32Array> {
  const batch = batchOfTokens(texts);
  const logits = model.logits(batch, { training: false, seed: 0 });
  const values = model.tasks.map((task): [Task, Float32Array] => [
    task,
    logits[task]!.dataSync() as Float32Array,
  ]);
  tf.dispose(logits);
  disposeBatch(batch);
  return new Map(values);
}

function assertNear(found: unknown, expected: ArrayLike<number>, what: string): void {
  const values = found as Float32Array;
  assert.equal(values.length, expected.length, what);
  values.forEach((value, at) =>
    assert.ok(Math.abs(value - expected[at]!) < 1e-5, `${what} ${at}: ${value} ${expected[at]}`)
  );
}

const variants: readonly (readonly [system: string, set: readonly string[]])[] = [
  ...Object.keys(onnxSystems).map((name) => [name, []] as const),
  ["caml", ["model.ram=true", "model.mtl=true"]],
  ["multi-res-cnn", ["model.ram=true", "model.ramUp=linear"]],
];

for (const [name, set] of variants) {
  const title = [name, ...set].join(" ");
  Deno.test(`${title}: onnxruntime's logits are the model's`, async () => {
    await startEngine();
    const small = createSmallSystem(name, { set });
    const outputs = await infer(encode(small), documents);
    for (const [task, logits] of ownLogits(small)) {
      assertNear(outputs[`${task}.logits`]!.data, logits, task);
      const probabilities = Float32Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
      assertNear(outputs[`${task}.probabilities`]!.data, probabilities, `${task} probability`);
    }
    small.model.weights.dispose();
  });
}

for (const name of Object.keys(onnxSystems)) {
  Deno.test(`${name}: a document's logits depend neither on its batch nor on what pads it`, async () => {
    await startEngine();
    const small = createSmallSystem(name);
    const [bytes, own] = [encode(small), ownLogits(small)];
    small.model.weights.dispose();
    const padded = await infer(bytes, documents, { width: 40, padding: 9 });
    for (const [task, logits] of own) assertNear(padded[`${task}.logits`]!.data, logits, task);
    for (const [row, document] of documents.entries()) {
      const alone = await infer(bytes, [document]);
      for (const [task, logits] of own) {
        const labels = logits.length / documents.length;
        const there = logits.subarray(row * labels, (row + 1) * labels);
        assertNear(alone[`${task}.logits`]!.data, there, `${task} of ${row}`);
      }
    }
  });

  Deno.test(`${name}: documents are cut where the run cuts them`, async () => {
    await startEngine();
    const small = createSmallSystem(name);
    const own = ownLogits(small);
    const longer = documents.map((tokens) => tokens.length < 12 ? tokens : [...tokens, 7, 8, 9]);
    const outputs = await infer(encode(small), longer);
    for (const [task, logits] of own) assertNear(outputs[`${task}.logits`]!.data, logits, task);
    small.model.weights.dispose();
  });

  Deno.test(`${name}: a document without tokens is one of padding, as in the run`, async () => {
    await startEngine();
    const small = createSmallSystem(name);
    const outputs = await infer(encode(small), [[]]);
    for (const [task, logits] of ownLogits(small, [[0]])) {
      assertNear(outputs[`${task}.logits`]!.data, logits, task);
    }
    small.model.weights.dispose();
  });
}

Deno.test("every system but MDBERT can be exported, and MDBERT says why it cannot", async () => {
  const others = systems.map(({ name }) => name).filter((name) => !(name in onnxSystems));
  assert.deepEqual(others, ["mdbert"]);
  await startEngine();
  const small = createSmallSystem("mdbert");
  assert.throws(() => encode(small), {
    name: "UsageError",
    message:
      /^exporting mdbert to ONNX: it has no expression there \(MDBERT reads .*; export it with --to hf$/,
  });
  small.model.weights.dispose();
});
