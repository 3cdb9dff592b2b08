import assert from "node:assert/strict";
import { isInstalled, startEngine } from "../../../model/engine/engine.ts";
import { executeOperation, usesDevice } from "../../../model/engine/operation.ts";
import { tf } from "../../../model/engine/tf.ts";
import { assertNoLeak } from "../../_support/layers.ts";

const ignore = !await isInstalled("tensorflow");
const float32 = { type: "float32" } as const, int8 = { type: "int8" } as const;

Deno.test("an operation takes attributes of every kind and list inputs", { ignore }, async () => {
  await startEngine({ engine: "tensorflow" });
  assertNoLeak(() =>
    tf.tidy(() => {
      const [a, b] = [tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]])];
      const [product] = executeOperation("MatMul", { T: float32, transpose_b: true }, [a, b], 1);
      assert.deepEqual([...product!.dataSync()], [11]);
      const [stacked] = executeOperation("Pack", { T: float32, N: 2, axis: 1 }, [a, b], 1);
      assert.deepEqual([stacked!.shape, ...stacked!.dataSync()], [[1, 2, 2], 1, 2, 3, 4]);
      const padding = { T: float32, ksize: 2, strides: 1, padding: "SAME" };
      assert.throws(
        () => executeOperation("MaxPool", padding, [a], 1),
        /'int' when 'list\(int\)' expected/,
      );
      const edges = tf.tensor2d([[0, 0], [1, 0]], [2, 2], "int32");
      const [mirrored] = executeOperation("MirrorPad", { mode: "SYMMETRIC" }, [a, edges], 1);
      assert.deepEqual([...mirrored!.dataSync()], [1, 1, 2]);
    })
  );
});

Deno.test("an int8 output can be handed on", { ignore }, async () => {
  await startEngine({ engine: "tensorflow" });
  assertNoLeak(() =>
    tf.tidy(() => {
      const x = tf.tensor1d([1, -2, 3.7]);
      const [small] = executeOperation("Cast", { SrcT: float32, DstT: int8 }, [x], 1);
      const [back] = executeOperation("Cast", { SrcT: int8, DstT: float32 }, [small!], 1);
      assert.deepEqual([...back!.dataSync()], [1, -2, 3]);
    })
  );
});

Deno.test("what TensorFlow objects to is thrown", { ignore }, async () => {
  await startEngine({ engine: "tensorflow" });
  assert.throws(() => executeOperation("NoSuchOperation", {}, [], 1), /NoSuchOperation/);
});

Deno.test("wasm has no TensorFlow operations and no device", async () => {
  await startEngine({ engine: "wasm" });
  assert.throws(
    () => executeOperation("Pack", {}, [], 1),
    /executing Pack: the engine in use is not TensorFlow/,
  );
  assert.equal(usesDevice(), false);
});
