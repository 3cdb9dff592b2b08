/**
 * Tests of the project's own kernels in the TensorFlow addon.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isInstalled, startEngine } from "../../model/engine/engine.ts";
import { nativeKernels } from "../../model/engine/kernels.ts";
import { type Tensor, tf } from "../../model/engine/tf.ts";
import { assertNoLeak } from "./layers.ts";

const ignore = !await isInstalled("tensorflow");

/** Registers a test of the kernels; without TensorFlow it shows as ignored. */
export function onNativeKernels(name: string, body: () => void): void {
  Deno.test({
    name,
    ignore,
    async fn() {
      await startEngine({ engine: "tensorflow" });
      assert.ok(nativeKernels(), "the addon was built without the kernels");
      assertNoLeak(body);
    },
  });
}

interface NodeBackend {
  executeMultipleOutputs?: (op: string, ...rest: unknown[]) => Tensor[];
}

/** Names of the project's kernels that `work` runs, in order; none on an engine without them. */
export function kernelsRunBy(work: () => void): string[] {
  const backend = tf.backend() as unknown as NodeBackend;
  const original = backend.executeMultipleOutputs;
  if (!original) {
    work();
    return [];
  }
  const names: string[] = [];
  // An own property hides the prototype's method until it is deleted.
  backend.executeMultipleOutputs = (op, ...rest) => {
    if (op.startsWith("Marn")) names.push(op);
    return original.call(backend, op, ...rest);
  };
  try {
    work();
  } finally {
    delete backend.executeMultipleOutputs;
  }
  return names;
}
