import assert from "node:assert/strict";
import { isInstalled, startEngine } from "../../../../model/engine/engine.ts";
import { withoutNative } from "../../../../model/engine/kernels.ts";
import { executeOperation, type Executor } from "../../../../model/engine/operation.ts";
import { tf } from "../../../../model/engine/tf.ts";
import {
  acceptCudnn,
  acceptedCudnn,
  cudnnRecurrence,
} from "../../../../model/layers/recurrence/cudnn.ts";
import { checkCudnn, compareRecurrences } from "../../../../model/layers/recurrence/cudnn_check.ts";
import { createGru } from "../../../../model/layers/recurrence/gru_cell.ts";
import { nativeRecurrence } from "../../../../model/layers/recurrence/native.ts";
import { plainRecurrence } from "../../../../model/layers/recurrence/plain.ts";
import { Weights } from "../../../../model/layers/weights.ts";
import { onEveryEngine } from "../../../_support/engines.ts";
import { type Departures, fakeCudnn } from "../../../_support/fake_cudnn.ts";
import { assertNoLeak, batchOf, disposeBatch, noise } from "../../../_support/layers.ts";

const failing: Executor = (operation) => {
  throw new Error(`${operation}:\n  no such kernel`);
};

onEveryEngine("a cuDNN that computes the same is taken", () => {
  assertNoLeak(() => assert.equal(checkCudnn(fakeCudnn()), "recurrence: cuDNN"));
  assert.ok(acceptedCudnn());
  acceptCudnn(undefined);
});

onEveryEngine("a cuDNN that computes something else is not", () => {
  const wrong: Record<string, Departures> = {
    "reset and update change places": { swapGates: [0, 1] },
    "input and new change places": { swapGates: [0, 2] },
    "padding is read": { ignoreLengths: true },
    "gradients are off by a thousandth": { gradientScale: 1.001 },
    "gradients are not numbers": { gradientScale: NaN },
  };
  for (const [what, departures] of Object.entries(wrong)) {
    assertNoLeak(() => {
      acceptCudnn(fakeCudnn()); // an earlier acceptance must not outlive a refusal
      const line = checkCudnn(fakeCudnn(departures));
      assert.match(line, /^recurrence: plain operations \(cuDNN differs by \S+\)$/, what);
      assert.equal(acceptedCudnn(), undefined, what);
    });
  }
});

onEveryEngine("rounding errors below 1e-4 are let pass", () => {
  const rounded = cudnnRecurrence(fakeCudnn({ gradientScale: 1.00005 }));
  const difference = compareRecurrences(rounded, plainRecurrence);
  assert.ok(difference > 4e-5 && difference < 6e-5, `${difference}`);
  assert.equal(checkCudnn(fakeCudnn({ gradientScale: 1.00005 })), "recurrence: cuDNN");
  acceptCudnn(undefined);
});

onEveryEngine("a cuDNN that fails is not taken, and layers work without it", () => {
  assert.equal(
    assertNoLeak(() => checkCudnn(failing)),
    "recurrence: plain operations (cuDNN is unavailable: CudnnRNNCanonicalToParams: no such kernel)",
  );
  const weights = new Weights(1), batch = batchOf([3, 1]);
  const layer = createGru(weights.scope("layer"), 2, 4, { bidirectional: true });
  const y = withoutNative(() => layer(noise([2, 3, 2], 1), batch));
  assert.deepEqual(y.shape, [2, 3, 8]);
  disposeBatch(batch);
  weights.dispose();
});

Deno.test("a cuDNN taken on one engine is not used on another", {
  ignore: !await isInstalled("tensorflow"),
}, async () => {
  await startEngine({ engine: "tensorflow" });
  acceptCudnn(failing);
  await startEngine({ engine: "wasm" });
  assert.equal(acceptedCudnn(), undefined);
  await startEngine({ engine: "tensorflow" });
  acceptCudnn(undefined);
});

Deno.test("on a device, an engine's description says which recurrence it takes", {
  ignore: !await isInstalled("tensorflow"),
}, async () => {
  const { description } = await startEngine({ engine: "tensorflow" });
  assert.doesNotMatch(description, /recurrence/);
  const backend = tf.backend() as unknown as { isUsingGpuDevice: boolean };
  backend.isUsingGpuDevice = true; // not true, as the self-check finds out
  try {
    assert.match(
      (await startEngine({ engine: "tensorflow" })).description,
      /on a CUDA device, .*, recurrence: plain operations \(cuDNN is unavailable: .*find device/,
    );
  } finally {
    backend.isUsingGpuDevice = false;
  }
});

Deno.test("the comparison finds this project's kernels equal to plain operations", {
  ignore: !await isInstalled("tensorflow"),
}, async () => {
  await startEngine({ engine: "tensorflow" });
  const difference = compareRecurrences(nativeRecurrence, plainRecurrence);
  assert.ok(difference < 1e-5, `${difference}`);
});

Deno.test("TensorFlow takes every call to cuDNN as it is, and lacks the device only", {
  ignore: !await isInstalled("tensorflow"),
}, async () => {
  await startEngine({ engine: "tensorflow" });
  const seen = new Set<string>();
  const int8 = { type: "int8" } as const, float32 = { type: "float32" } as const;
  const hostReserved = () =>
    executeOperation("Cast", { SrcT: float32, DstT: int8 }, [tf.scalar(0)], 1)[0]!;
  const fake = fakeCudnn({ hostReserved });
  const execute: Executor = (operation, attributes, ...rest) => {
    assert.throws(() => executeOperation(operation, attributes, ...rest), ({ message }: Error) => {
      // TensorFlow looks for a kernel once attributes and the number of inputs have passed.
      const found = message.match(/Could not find device for node: .* = (\w+)\[(.*)\]/);
      assert.ok(found, message);
      seen.add(`${found[1]}[${found[2]}]`);
      return true;
    });
    return fake(operation, attributes, ...rest);
  };
  assert.ok(compareRecurrences(cudnnRecurrence(execute), plainRecurrence) < 1e-5);
  const nodes = [["uni", 1], ["bi", 2]].flatMap(([prefix, directions]) =>
    [["gru", 3], ["lstm", 4]].flatMap(([mode, gates]) => {
      const start = `T=DT_FLOAT, direction="${prefix}directional", dropout=0, ` +
        `input_mode="linear_input", `;
      const end = `rnn_mode="${mode}", seed=0, seed2=0`;
      const packing = `[${start}num_params=${2 * +directions! * +gates!}, ${end}]`;
      return [
        `CudnnRNNCanonicalToParams${packing}`,
        `CudnnRNNParamsToCanonical${packing}`,
        `CudnnRNNV3[${start}is_training=true, num_proj=0, ${end}, time_major=false]`,
        `CudnnRNNBackpropV3[${start}num_proj=0, ${end}, time_major=false]`,
      ];
    })
  );
  assert.deepEqual([...seen].sort(), nodes.sort());
});
