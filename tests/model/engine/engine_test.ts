import assert from "node:assert/strict";
import { currentEngine, isInstalled, startEngine } from "../../../model/engine/engine.ts";
import { startTensorflow } from "../../../model/engine/tensorflow.ts";
import { tf } from "../../../model/engine/tf.ts";
import { onEveryEngine } from "../../engines.ts";

onEveryEngine("an engine multiplies, differentiates and names itself", (engine) => {
  assert.equal(currentEngine(), engine);
  const x = tf.tensor2d([[1, 2], [3, 4]]);
  assert.deepEqual([...tf.matMul(x, x).dataSync()], [7, 10, 15, 22]);
  const gradient = tf.grad((x) => tf.sum(tf.square(x)))(x);
  assert.deepEqual([...gradient.dataSync()], [2, 4, 6, 8]);
});

Deno.test("one process refuses a second TensorFlow instead of being ended by it", {
  ignore: !await isInstalled("tensorflow"),
}, async () => {
  await startEngine({ engine: "tensorflow" });
  const installed = { addon: "/elsewhere/addon.node", framework: "/elsewhere/lib.so" };
  await assert.rejects(startTensorflow("tensorflow", installed), /start a new process/);
});
