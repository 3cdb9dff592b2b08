import assert from "node:assert/strict";
import { isInstalled, startEngine } from "../../../model/engine/engine.ts";
import { executeOperation, usesDevice } from "../../../model/engine/operation.ts";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { assertNoLeak } from "../../_support/layers.ts";

const float32 = { type: "float32" } as const;
const int8 = { type: "int8" } as const;
const ignore = !await isInstalled("tensorflow");

/** A test on TensorFlow, which must leave no tensor behind. */
function onTensorflow(name: string, body: () => void): void {
  Deno.test(name, { ignore }, async () => {
    await startEngine({ engine: "tensorflow" });
    assertNoLeak(() => tf.tidy(body));
  });
}

const row = (...values: number[]): Tensor => tf.tensor2d([values]);

onTensorflow("an operation takes types and truth values", () => {
  const attributes = { T: float32, transpose_b: true };
  const [product] = executeOperation("MatMul", attributes, [row(1, 2), row(3, 4)], 1);
  assert.deepEqual([...product!.dataSync()], [11]);
});

onTensorflow("an operation takes whole numbers, and a list's inputs one after the other", () => {
  const attributes = { T: float32, N: 2, axis: 1 };
  const [stacked] = executeOperation("Pack", attributes, [row(1, 2), row(3, 4)], 1);
  assert.deepEqual(stacked!.arraySync(), [[[1, 2], [3, 4]]]);
});

onTensorflow("an operation takes words", () => {
  const edges = tf.tensor2d([[0, 0], [1, 0]], [2, 2], "int32");
  const [mirrored] = executeOperation("MirrorPad", { mode: "SYMMETRIC" }, [row(1, 2), edges], 1);
  assert.deepEqual([...mirrored!.dataSync()], [1, 1, 2]);
});

onTensorflow("an attribute of another kind than the operation's is refused", () => {
  const attributes = { T: float32, ksize: 2, strides: 1, padding: "SAME" };
  assert.throws(
    () => executeOperation("MaxPool", attributes, [row(1)], 1),
    /'int' when 'list\(int\)' expected/,
  );
});

onTensorflow("an int8 output can be handed on", () => {
  const x = tf.tensor1d([1, -2, 3.7]);
  const [small] = executeOperation("Cast", { SrcT: float32, DstT: int8 }, [x], 1);
  const [back] = executeOperation("Cast", { SrcT: int8, DstT: float32 }, [small!], 1);
  assert.deepEqual([...back!.dataSync()], [1, -2, 3]);
});

onTensorflow("what TensorFlow objects to is thrown", () => {
  assert.throws(() => executeOperation("NoSuchOperation", {}, [], 1), /NoSuchOperation/);
});

onTensorflow("a processor is no device", () => {
  assert.equal(usesDevice(), false);
});

Deno.test("wasm has no device", async () => {
  await startEngine({ engine: "wasm" });
  assert.equal(usesDevice(), false);
});

Deno.test("wasm has none of TensorFlow's operations, and the engines that have are named", async () => {
  await startEngine({ engine: "wasm" });
  assert.throws(
    () => executeOperation("Pack", {}, [], 1),
    /executing Pack: the engine in use is not TensorFlow; start `tensorflow` or `cuda`/,
  );
});
