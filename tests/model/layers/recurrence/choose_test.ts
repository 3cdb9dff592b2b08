import assert from "node:assert/strict";
import { type Engine, isInstalled, startEngine } from "../../../../model/engine/engine.ts";
import { withoutNative } from "../../../../model/engine/kernels.ts";
import { type Tensor, tf } from "../../../../model/engine/tf.ts";
import {
  chooseRecurrence,
  describeEngine,
  withRecurrence,
} from "../../../../model/layers/recurrence/choose.ts";
import { nativeRecurrence } from "../../../../model/layers/recurrence/native.ts";
import { plainRecurrence } from "../../../../model/layers/recurrence/plain.ts";
import type { Recurrence } from "../../../../model/layers/recurrence/recurrence.ts";
import { createGru } from "../../../../model/layers/recurrence/recurrent.ts";
import { Weights } from "../../../../model/layers/weights.ts";
import { onEveryEngine } from "../../../_support/engines.ts";
import { assertNoLeak, batchOf, disposeBatch, noise } from "../../../_support/layers.ts";

onEveryEngine(
  "layers take the kernels where they are loaded, else plain operations",
  ({ native }) => {
    assert.equal(chooseRecurrence(), native ? nativeRecurrence : plainRecurrence);
  },
);

onEveryEngine("layers take plain operations where the kernels are switched off", () => {
  assert.equal(withoutNative(chooseRecurrence), plainRecurrence);
});

onEveryEngine("an imposed recurrence is taken for as long as the work runs", () => {
  const before = chooseRecurrence();
  const other: Recurrence = { ...plainRecurrence };
  assert.equal(withRecurrence(other, chooseRecurrence), other);
  assert.throws(() =>
    withRecurrence(other, () => {
      throw new Error("work failed");
    })
  );
  assert.equal(chooseRecurrence(), before);
});

onEveryEngine("without a device an engine is described as it describes itself", (engine) => {
  assert.equal(describeEngine(engine), engine.description);
});

/** What of tfjs-node's backend stands in for a device. */
interface NodeBackend {
  isUsingGpuDevice: boolean;
  binding: { executeOp(name: string, ...rest: unknown[]): unknown };
}

const present = await isInstalled("tensorflow");

/**
 * A test on a TensorFlow that believes to compute on a device, which cuDNN then fails to find.
 * `calls` holds the names of cuDNN's operations that were tried since before the engine's start.
 */
function onDevice(name: string, body: (engine: Engine, calls: readonly string[]) => void): void {
  Deno.test({
    name,
    ignore: !present,
    async fn() {
      await startEngine({ engine: "tensorflow" });
      const backend = tf.backend() as unknown as NodeBackend;
      const { binding } = backend;
      const calls: string[] = [];
      const executeOp: typeof binding.executeOp = (operation, ...rest) => {
        if (operation.startsWith("CudnnRNN")) calls.push(operation);
        return binding.executeOp(operation, ...rest);
      };
      backend.isUsingGpuDevice = true;
      backend.binding = Object.create(binding, { executeOp: { value: executeOp } });
      try {
        const engine = await startEngine({ engine: "tensorflow" });
        withoutNative(() => body(engine, calls));
      } finally {
        backend.isUsingGpuDevice = false;
        backend.binding = binding;
      }
    },
  });
}

/** Hidden states of a small GRU, once with and once without a gradient. */
function computeStates(): void {
  const weights = new Weights(1);
  const batch = batchOf([3, 1]);
  const layer = createGru(weights.scope("layer"), 2, 4, { bidirectional: true });
  const states = (x: Tensor) => layer(x, batch);
  tf.tidy(() => {
    const x = noise([2, 3, 2], 1, batch.mask);
    tf.grad((x) => tf.sum(states(x)))(x);
    states(x);
  });
  disposeBatch(batch);
  weights.dispose();
}

onDevice(
  "a device's cuDNN is checked when a recurrence is first computed, and not again",
  (_, calls) => {
    assert.equal(calls.length, 0, "checked at the start");
    assertNoLeak(computeStates);
    const checked = calls.length;
    assert.ok(checked > 0, "not checked");
    computeStates();
    assert.equal(calls.length, checked, "checked again");
  },
);

onDevice("a device's description says which recurrence layers take there, and why", (engine) => {
  assert.match(
    describeEngine(engine),
    /, recurrence: plain operations \(cuDNN is unavailable: .*find device/,
  );
});

onDevice("an engine that starts on a device leaves the recurrence to the layers", (engine) => {
  assert.match(engine.description, /on a CUDA device/);
  assert.doesNotMatch(engine.description, /recurrence/);
});
