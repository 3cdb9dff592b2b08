import assert from "node:assert/strict";
import fc from "fast-check";
import type { Executor } from "../../../../model/engine/operation.ts";
import { type Tensor, tf } from "../../../../model/engine/tf.ts";
import { withRecurrence } from "../../../../model/layers/recurrence/choose.ts";
import {
  cudnnRecurrence,
  fromCanonical,
  toCanonical,
} from "../../../../model/layers/recurrence/cudnn.ts";
import { createGru, createLstm } from "../../../../model/layers/recurrence/recurrent.ts";
import { weightList } from "../../../../model/layers/recurrence/recurrence.ts";
import { Weights } from "../../../../model/layers/weights.ts";
import { onEveryEngine } from "../../../_support/engines.ts";
import { fakeCudnn } from "../../../_support/fake_cudnn.ts";
import {
  assertClose,
  assertNoLeak,
  batchOf,
  disposeBatch,
  fill,
  goldenCases,
  goldenLengths,
  gradientsOf,
  load,
  noise,
} from "../../../_support/layers.ts";

/** Runs `work` with layers that take cuDNN through `execute`; returns the operations they ran. */
function withCudnn(execute: Executor, work: () => void): string[] {
  const operations: string[] = [];
  const recurrence = cudnnRecurrence((operation, ...rest) => {
    operations.push(operation);
    return execute(operation, ...rest);
  });
  withRecurrence(recurrence, work);
  return operations;
}

onEveryEngine("weights go to cuDNN by direction, side and gate, biases after matrices", () => {
  // The values say direction, kind, gate.
  const gates = 3, units = 2, inputSize = 4;
  const weights = [0, 1].map((direction) => {
    const rows = (kind: number, width: number) =>
      [0, 1, 2].flatMap((gate) =>
        new Array(units * width).fill(100 * direction + 10 * kind + gate)
      );
    return {
      input: tf.tensor(rows(0, inputSize), [gates * units, inputSize]),
      hidden: tf.tensor(rows(1, units), [gates * units, units]),
      inputBias: tf.tensor1d(rows(2, 1)),
      hiddenBias: tf.tensor1d(rows(3, 1)),
    };
  });
  const say = (tensors: readonly Tensor[]) =>
    tensors.map((tensor) => {
      const [first, ...rest] = tensor.dataSync();
      assert.ok(rest.every((value) => value === first));
      return `${first} [${tensor.shape}]`;
    });
  const { weights: matrices, biases } = toCanonical(weights, gates);
  assert.deepEqual(say(matrices), [
    ..."0 [2,4]|1 [2,4]|2 [2,4]|10 [2,2]|11 [2,2]|12 [2,2]".split("|"),
    ..."100 [2,4]|101 [2,4]|102 [2,4]|110 [2,2]|111 [2,2]|112 [2,2]".split("|"),
  ]);
  assert.deepEqual(say(biases), [
    ..."20 [2]|21 [2]|22 [2]|30 [2]|31 [2]|32 [2]".split("|"),
    ..."120 [2]|121 [2]|122 [2]|130 [2]|131 [2]|132 [2]".split("|"),
  ]);
});

onEveryEngine("weights come back from cuDNN's order as they went", () => {
  const size = fc.integer({ min: 1, max: 5 });
  const sizes = fc.tuple(fc.constantFrom(3, 4), fc.constantFrom(1, 2), size, size);
  fc.assert(
    fc.property(sizes, ([gates, directions, units, inputSize]) =>
      tf.tidy(() => {
        const rows = gates * units;
        const weights = Array.from({ length: directions }, (_, d) => ({
          input: noise([rows, inputSize], 4 * d),
          hidden: noise([rows, units], 4 * d + 1),
          inputBias: noise([rows], 4 * d + 2),
          hiddenBias: noise([rows], 4 * d + 3),
        }));
        const back = fromCanonical(toCanonical(weights, gates), gates);
        const wanted = weightList(weights);
        assert.equal(back.length, wanted.length);
        back.forEach((tensor, i) => assertClose(tensor, wanted[i]!, 0, `weight ${i}`));
      })),
    { numRuns: 20 },
  );
});

for (const [name, create] of Object.entries({ gru: createGru, lstm: createLstm })) {
  onEveryEngine(`${name} through cuDNN's operations agrees with PyTorch`, () => {
    assertNoLeak(() => {
      for (const golden of goldenCases(name)) {
        const bidirectional = "weight_ih_l0_reverse" in golden.weights;
        const weights = new Weights(1);
        const layer = create(weights.scope("layer"), 5, 4, { bidirectional });
        fill(weights, golden.weights);
        const batch = batchOf(goldenLengths);
        const operations = withCudnn(fakeCudnn(), () =>
          tf.tidy(() => {
            assertClose(layer(load(golden.x), batch), golden.y, 1e-6, "y");
            const { dx, weights: gradients } = gradientsOf(
              (x) => layer(x, batch),
              load(golden.x),
              load(golden.dy),
              weights,
            );
            // Padding, where the operations leave NaN, is zero.
            assertClose(dx, tf.mul(load(golden.dx), tf.expandDims(batch.mask, 2)), 1e-5, "dx");
            for (const [name, expected] of Object.entries(golden.gradients)) {
              assertClose(gradients[name]!, expected, 1e-5, name);
            }
          }));
        const forward = ["CudnnRNNCanonicalToParams", "CudnnRNNV3"];
        const backward = ["CudnnRNNBackpropV3", "CudnnRNNParamsToCanonical"];
        assert.deepEqual(operations, [...forward, ...forward, ...backward]);
        disposeBatch(batch);
        weights.dispose();
      }
    });
  });

  onEveryEngine(`${name} through cuDNN's operations trains on frozen input`, () => {
    const batch = batchOf([4, 2], 6);
    const x = noise([2, 6, 3], 1), dy = noise([2, 6, 10], 2);
    const gradients = [true, false].map((frozenInput) => {
      const weights = new Weights(1);
      const layer = create(weights.scope("layer"), 3, 5, { bidirectional: true, frozenInput });
      const variables = weights.trainable().map(({ variable }) => variable);
      let values: number[][] = [];
      withCudnn(fakeCudnn(), () =>
        tf.tidy(() => {
          const loss = () => tf.sum(tf.mul(layer(x, batch), dy)) as ReturnType<typeof tf.scalar>;
          const { grads } = tf.variableGrads(loss, variables);
          values = variables.map(({ name }) => [...grads[name]!.dataSync()]);
        }));
      weights.dispose();
      return values;
    });
    disposeBatch(batch);
    assert.deepEqual(gradients[0], gradients[1]);
  });
}
