import assert from "node:assert/strict";
import {
  type NativeAttributes,
  nativeKernels,
  nativeOp,
  withoutNative,
} from "../../../model/engine/kernels.ts";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { createBatchNorm } from "../../../model/layers/batch_norm.ts";
import { createConv } from "../../../model/layers/conv.ts";
import { createGru } from "../../../model/layers/recurrence/recurrent.ts";
import type { WeightScope } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { onNativeKernels } from "../../_support/kernels.ts";
import { type Layer, withLayer } from "../../_support/layer_properties.ts";
import { gradientsOf, noise } from "../../_support/layers.ts";

/** `Gate` of 1 and ½, and of 2 and 0: tanh of their products. */
function runGate(): Tensor[] | undefined {
  return nativeOp("Gate", {}, [tf.tensor3d([[[1, 2]]]), tf.tensor3d([[[0.5, 0]]])], 1);
}

onNativeKernels("a kernel's results come back as tensors", () => {
  const [first, second] = tf.tidy(() => runGate()![0]!.dataSync<"float32">());
  assert.ok(Math.abs(first! - Math.tanh(0.5)) < 1e-6);
  assert.equal(second, 0);
});

onEveryEngine("switched off, kernels run no more", () => {
  assert.deepEqual(withoutNative(() => [nativeKernels(), runGate()]), [false, undefined]);
});

onEveryEngine("kernels are switched on again after work that failed", ({ native }) => {
  assert.throws(() =>
    withoutNative(() => {
      throw new Error("work failed");
    })
  );
  assert.equal(nativeKernels(), native);
});

/** What stands in for tfjs-node's backend. */
interface FakeBackend {
  readonly isUsingGpuDevice: boolean;
  /** What the addon says of its kernels' version; undefined where it has no kernels. */
  readonly version: number | undefined;
}

let fakes = 0;

/** Runs `body` on a backend of its own; `calls` holds the attributes of the kernels run there. */
async function onFakeBackend(
  { isUsingGpuDevice, version }: FakeBackend,
  body: (calls: NativeAttributes[]) => void,
): Promise<void> {
  const name = `fake ${fakes++}`;
  const before = tf.getBackend();
  const calls: NativeAttributes[] = [];
  const backend = {
    isUsingGpuDevice,
    binding: { TF_ATTR_FLOAT: 7 },
    executeMultipleOutputs(
      op: string,
      attributes: { name: string; type: number; value: number }[],
    ) {
      if (version === undefined) throw new Error(`no operation ${op}`);
      if (op === "MarnKernels") return [{ dataSync: () => [version], dispose() {} }];
      assert.ok(attributes.every(({ type }) => type === 7));
      calls.push(Object.fromEntries(attributes.map(({ name, value }) => [name, value])));
      return [];
    },
    dispose() {},
  };
  tf.registerBackend(name, () => backend as never);
  await tf.setBackend(name);
  try {
    body(calls);
  } finally {
    if (before) await tf.setBackend(before);
    tf.removeBackend(name);
  }
}

const backends: Record<string, FakeBackend & { readonly present: boolean }> = {
  "an addon with the kernels has them": { isUsingGpuDevice: false, version: 3, present: true },
  "an addon with other kernels is not used": {
    isUsingGpuDevice: false,
    version: 1,
    present: false,
  },
  "an addon without kernels has none": {
    isUsingGpuDevice: false,
    version: undefined,
    present: false,
  },
  "a device runs none": { isUsingGpuDevice: true, version: 3, present: false },
};

for (const [what, { present, ...backend }] of Object.entries(backends)) {
  Deno.test(`kernels: ${what}`, () =>
    onFakeBackend(backend, () => assert.equal(nativeKernels(), present)));
}

Deno.test("all attributes travel as floats", () =>
  onFakeBackend({ isUsingGpuDevice: false, version: 3 }, (calls) => {
    nativeOp("Any", { rate: 0.25, count: 3, save: true, tanh: false }, [], 0);
    assert.deepEqual(calls, [{ rate: 0.25, count: 3, save: 1, tanh: 0 }]);
  }));

/** A GRU, a convolution and a batch norm, one after the other. */
function createNetwork(scope: WeightScope): Layer {
  const gru = createGru(scope.scope("gru"), 8, 20, { bidirectional: true });
  const conv = createConv(scope.scope("conv"), 40, 40, { kernel: 3 });
  const norm = createBatchNorm(scope.scope("norm"), 40, { tanh: true });
  return (x, batch) => norm(conv(gru(x, batch), batch), batch.mask, { training: true, seed: 0 });
}

onNativeKernels("kernels give the same bits every time", () => {
  withLayer(createNetwork, [300, 40, 150], ({ layer, weights, batch }) => {
    const x = noise([3, 300, 8], 1, batch.mask);
    const dy = noise([3, 300, 40], 2);
    const run = () => {
      const { dx, weights: gradients } = gradientsOf((x) => layer(x, batch), x, dy, weights);
      return [dx, ...Object.values(gradients)].map((gradient) => gradient.dataSync());
    };
    assert.deepEqual(run(), run());
  });
});
