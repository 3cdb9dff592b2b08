import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEngine } from "../../model/engine/engine.ts";
import { tf } from "../../model/engine/tf.ts";
import { encodeOnnx } from "../../model/onnx/encode.ts";
import { onnxSystems } from "../../model/onnx/systems.ts";
import { encodeSafetensors, type TensorData } from "../../pipeline/files/safetensors.ts";
import { batchOfTokens } from "../_support/inputs.ts";
import { disposeBatch } from "../_support/layers.ts";
import { pythonHas, runPython } from "../_support/python.ts";
import { createSmallSystem, hostWeights, smallDocuments } from "../_support/small_systems.ts";
import { temporary } from "../_support/tiny.ts";

const isThere = await pythonHas("exports.py", ["numpy", "onnxruntime", "safetensors"]);
const script = fileURLToPath(new URL("exports.py", import.meta.url));

/** Documents and their logits by the model, as a file that the script reads. */
function encodeExpected(name: string): { onnx: Uint8Array; expected: Uint8Array } {
  const { config, inputs, model } = createSmallSystem(name);
  const batch = batchOfTokens(smallDocuments);
  const tokens = BigInt64Array.from(batch.tokens.dataSync(), BigInt);
  const lengths = BigInt64Array.from(batch.hostLengths, BigInt);
  const tensors = new Map<string, TensorData>([
    ["tokens", { dtype: "I64", shape: [batch.size, batch.width], data: tokens }],
    ["lengths", { dtype: "I64", shape: [batch.size], data: lengths }],
  ]);
  const logits = model.logits(batch, { training: false, seed: 0 });
  for (const task of model.tasks) {
    const { shape } = logits[task]!;
    const data = logits[task]!.dataSync() as Float32Array;
    tensors.set(task, { dtype: "F32", shape, data });
  }
  const onnx = encodeOnnx({ ...config, labels: inputs.labels }, hostWeights(model));
  tf.dispose(logits);
  disposeBatch(batch);
  model.weights.dispose();
  return { onnx, expected: encodeSafetensors(tensors) };
}

Deno.test({
  name: "Python's onnxruntime computes the logits of every exported system",
  ignore: !isThere,
}, async () => {
  await startEngine();
  await using folder = await temporary();
  for (const name of Object.keys(onnxSystems)) {
    const { onnx, expected } = encodeExpected(name);
    await Deno.writeFile(join(folder.path, `${name}.onnx`), onnx);
    await Deno.writeFile(join(folder.path, `${name}.safetensors`), expected);
  }
  const { code, text } = await runPython([script, folder.path]);
  assert.equal(code, 0, text);
  assert.ok(text.trim().split("\n").length >= Object.keys(onnxSystems).length, text);
});
