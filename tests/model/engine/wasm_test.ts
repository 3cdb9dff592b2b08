import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import { startWasm } from "../../../model/engine/wasm.ts";

Deno.test("wasm is described with tfjs's version, its vectors and its thread", async () => {
  assert.match(await startWasm(), /^tfjs 4\.22\.0 on WebAssembly( with SIMD)?, one thread$/);
});

Deno.test("wasm becomes tfjs's backend", async () => {
  await startWasm();
  assert.equal(tf.getBackend(), "wasm");
});

Deno.test("wasm knows the gradients that tfjs-core leaves out", async () => {
  await startWasm();
  const gradient = tf.grad((x) => tf.sum(tf.tanh(x)))(tf.tensor1d([0]));
  assert.deepEqual([...gradient.dataSync()], [1]);
});
