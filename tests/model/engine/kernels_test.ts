/** Every native kernel against its twin in plain tensor operations: values and gradients. */
import assert from "node:assert/strict";
import { withoutNative } from "../../../model/engine/kernels.ts";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { createBatchNorm } from "../../../model/layers/batch_norm.ts";
import { createConv } from "../../../model/layers/conv.ts";
import { dropout } from "../../../model/layers/dropout.ts";
import { createGru, createLstm } from "../../../model/layers/recurrence/recurrent.ts";
import { createLabelAttention } from "../../../model/layers/label_attention.ts";
import { createRam } from "../../../model/layers/recalibrate.ts";
import { focalTerms } from "../../../model/loss.ts";
import { createRandom } from "../../../pipeline/random.ts";
import type { TokenBatch } from "../../../model/model.ts";
import { assignValues, Weights, type WeightScope } from "../../../model/layers/weights.ts";
import { onNativeKernels } from "../../_support/kernels.ts";
import { assertClose, batchOf, disposeBatch, gradientsOf, noise } from "../../_support/layers.ts";

type Layer = (x: Tensor, batch: TokenBatch) => Tensor;

interface Case {
  lengths: number[];
  /** Padded width, where it is not the longest document. */
  width?: number;
  inputs: number;
  create: (scope: WeightScope) => Layer;
}

/** Asserts that a layer's kernels and its twin give the same values, gradients and buffers. */
function compare(what: string, { lengths, width, inputs, create }: Case): void {
  const batch = batchOf(lengths, width);
  const weights = new Weights(1);
  const layer = create(weights.scope("layer"));
  for (const { name, variable } of weights.trainable()) { // biases too, which start at zero
    const random = createRandom(2, name);
    assignValues(
      weights.get(name),
      variable.dataSync<"float32">().map((w) => w + 0.3 * random.normal()),
    );
  }
  const start = new Map(weights.all().map((w) => [w, w.variable.dataSync<"float32">().slice()]));
  tf.tidy(() => {
    const x = noise([lengths.length, batch.width, inputs], 3, batch.mask);
    const maskBT1 = tf.expandDims(batch.mask, 2);
    const run = () => {
      for (const [weight, values] of start) assignValues(weight, values);
      const y = layer(x, batch);
      const buffers = weights.all().filter((w) => !w.trainable).map((w) => tf.clone(w.variable));
      const dy = noise(y.shape, 4); // not zero on padding: a layer must not read it there
      const { dx, weights: gradients } = gradientsOf((x) => layer(x, batch), x, dy, weights);
      return { y, buffers, dx: tf.mul(dx, maskBT1), gradients };
    };
    const native = run(), twin = withoutNative(run);
    assertClose(native.y, twin.y, 1e-5, `${what}: y`);
    assertClose(native.dx, twin.dx, 1e-5, `${what}: dx`);
    native.buffers.forEach((b, i) => assertClose(b, twin.buffers[i]!, 1e-5, `${what}: buffer`));
    for (const [name, gradient] of Object.entries(native.gradients)) {
      assertClose(gradient, twin.gradients[name]!, 1e-5, `${what}: gradient of ${name}`);
    }
  });
  disposeBatch(batch);
  weights.dispose();
}

const lengthCases = [[1], [3, 9, 1, 4], [2, 70, 64, 33, 1]];

for (const [name, create] of Object.entries({ gru: createGru, lstm: createLstm })) {
  onNativeKernels(`${name} kernels agree with their twin`, () => {
    for (const lengths of lengthCases) {
      for (const [inputs, hidden] of [[1, 1], [3, 7], [5, 35]] as const) {
        for (const bidirectional of [true, false]) {
          compare(`${lengths} ${inputs}→${hidden} ${bidirectional}`, {
            lengths,
            width: Math.max(...lengths) + 2,
            inputs,
            create: (scope) => create(scope, inputs, hidden, { bidirectional }),
          });
        }
      }
    }
  });

  onNativeKernels(`${name} kernels without an input gradient agree with those with it`, () => {
    const lengths = [4, 2], batch = batchOf(lengths);
    const [frozen, free] = [true, false].map((frozenInput) => {
      const weights = new Weights(1);
      const layer = create(weights.scope("layer"), 3, 5, { bidirectional: true, frozenInput });
      const x = noise([2, 4, 3], 1, batch.mask);
      const variables = weights.trainable().map(({ variable }) => variable);
      const { value, grads } = tf.variableGrads(() => tf.sum(layer(x, batch)), variables);
      const values = variables.map((variable) => [...grads[variable.name]!.dataSync()]);
      tf.dispose([x, value, ...Object.values(grads)]);
      weights.dispose();
      return values;
    });
    disposeBatch(batch);
    assert.deepEqual(frozen, free);
  });
}

onNativeKernels("convolution kernels agree with their twin", () => {
  const sizes = [[1, 1], [5, 3], [32, 32], [37, 50]] as const;
  for (const lengths of lengthCases) {
    for (const [inputs, outputs] of sizes) {
      for (const [kernel, padding] of [[3, 1], [3, 0], [3, 2], [1, 0], [4, 2], [9, 4]] as const) {
        const width = Math.max(...lengths, kernel);
        const what = `${lengths} ${inputs}→${outputs} kernel ${kernel} padding ${padding}`;
        compare(what, {
          lengths,
          width,
          inputs,
          create: (scope) => createConv(scope, inputs, outputs, { kernel, padding, bias: true }),
        });
      }
    }
  }
});

onNativeKernels("Winograd filtering stays within 1e-4 of direct convolution at full width", () => {
  compare("600→300", {
    lengths: [150, 61, 1],
    inputs: 600,
    create: (scope) => createConv(scope, 600, 300, { kernel: 3 }),
  });
});

onNativeKernels("batch-norm kernels agree with their twin", () => {
  for (const lengths of [[5], [3, 9, 1, 4], [2, 70, 64, 33, 1]]) {
    for (const channels of [1, 16, 35]) {
      for (const tanh of [true, false]) {
        for (const training of [true, false]) {
          compare(`${lengths} ${channels} ${tanh} ${training}`, {
            lengths,
            width: Math.max(...lengths) + 1,
            inputs: channels,
            create: (scope) => {
              const norm = createBatchNorm(scope, channels, { tanh });
              return (x, { mask }) => norm(x, mask, { training, seed: 0 });
            },
          });
        }
      }
    }
  }
});

onNativeKernels("the gate's kernels agree with their twin within the RAM", () => {
  compare("ram", {
    lengths: [3, 9, 1],
    inputs: 20,
    create: (scope) => {
      const ram = createRam(scope, 20, 0);
      return (x, batch) => ram(x, batch, { training: false, seed: 0 });
    },
  });
});

onNativeKernels("label attention's kernels agree with its tiles", () => {
  for (const [lengths, features] of [[[1], 3], [[3, 9, 1], 20], [[200, 2, 113], 35]] as const) {
    compare(`${lengths} ${features}`, {
      lengths: [...lengths],
      width: Math.max(...lengths) + 1,
      inputs: features,
      create: (scope) => {
        const attention = createLabelAttention(scope, features, 531);
        return (x, batch) => attention.logits(x, batch);
      },
    });
  }
});

onNativeKernels("label attention's kernel with the loss agrees with its twin", () => {
  const losses = ["bce", "focal", "focal-balanced"] as const;
  for (const [lengths, features] of [[[1], 3], [[3, 9, 1], 20], [[200, 2, 113], 35]] as const) {
    for (const [i, name] of losses.entries()) {
      const labels = 131 + 130 * i;
      const targets = tf.tidy(() =>
        tf.cast(tf.greater(noise([lengths.length, labels], 5), 0.5), "float32")
      );
      const options = { name, alpha: 0.9, gamma: 2 - i / 2 };
      const terms = focalTerms(options, lengths.length, labels);
      compare(`${lengths} ${features} ${name}`, {
        lengths: [...lengths],
        width: Math.max(...lengths) + 1,
        inputs: features,
        create: (scope) => {
          const attention = createLabelAttention(scope, features, labels);
          return (x, batch) => attention.loss(x, batch, targets, terms);
        },
      });
      targets.dispose();
    }
  }
});

onNativeKernels("the dropout kernel gives its twin's bits", () => {
  for (const shape of [[1], [15, 3], [3, 33, 700]]) {
    for (const seed of [0, 0x80000000, 0xffffffff]) {
      tf.tidy(() => {
        const x = noise(shape, 1);
        const native = dropout(x, 0.35, seed), twin = withoutNative(() => dropout(x, 0.35, seed));
        assert.deepEqual(native.dataSync(), twin.dataSync());
      });
    }
  }
});

onNativeKernels("kernels give the same bits every time", () => {
  const batch = batchOf([300, 40, 150]);
  const weights = new Weights(1);
  const scope = weights.scope("layer");
  const gru = createGru(scope.scope("gru"), 8, 20, { bidirectional: true });
  const conv = createConv(scope.scope("conv"), 40, 40, { kernel: 3 });
  const norm = createBatchNorm(scope.scope("norm"), 40, { tanh: true });
  const x = noise([3, 300, 8], 1, batch.mask);
  const run = () =>
    tf.tidy(() => {
      const forward = (x: Tensor) =>
        norm(conv(gru(x, batch), batch), batch.mask, { training: true, seed: 0 });
      const { dx, weights: gradients } = gradientsOf(forward, x, noise([3, 300, 40], 2), weights);
      return [dx, ...Object.values(gradients)].map((gradient) => gradient.dataSync());
    });
  assert.deepEqual(run(), run());
  tf.dispose(x);
  disposeBatch(batch);
  weights.dispose();
});
