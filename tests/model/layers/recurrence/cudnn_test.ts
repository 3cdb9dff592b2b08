import assert from "node:assert/strict";
import fc from "fast-check";
import { type Tensor, tf } from "../../../../model/engine/tf.ts";
import { withRecurrence } from "../../../../model/layers/recurrence/choose.ts";
import {
  cudnnRecurrence,
  fromCanonical,
  toCanonical,
} from "../../../../model/layers/recurrence/cudnn.ts";
import { weightList } from "../../../../model/layers/recurrence/recurrence.ts";
import {
  createGru,
  createLstm,
  type RecurrentOptions,
} from "../../../../model/layers/recurrence/recurrent.ts";
import { onEveryEngine } from "../../../_support/engines.ts";
import { fakeCudnn } from "../../../_support/fake_cudnn.ts";
import {
  agreesWithPyTorch,
  type CreateLayer,
  withLayer,
} from "../../../_support/layer_properties.ts";
import { assertClose, goldenCases, gradientsOf, noise } from "../../../_support/layers.ts";

onEveryEngine("weights go to cuDNN by direction, side and gate, biases after matrices", () => {
  // The values say direction, kind, gate.
  const gates = 3;
  const units = 2;
  const inputSize = 4;
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

for (const [kind, create] of Object.entries({ gru: createGru, lstm: createLstm })) {
  /** A layer that takes cuDNN; `operations` are told the names of what it runs. */
  const through =
    (options: RecurrentOptions, operations: string[] = []): CreateLayer => (scope) => {
      const layer = create(scope, 5, 4, options);
      const fake = fakeCudnn();
      const recurrence = cudnnRecurrence((operation, ...rest) => {
        operations.push(operation);
        return fake(operation, ...rest);
      });
      return (x, batch) => withRecurrence(recurrence, () => layer(x, batch));
    };

  for (const golden of goldenCases(kind)) {
    const bidirectional = "weight_ih_l0_reverse" in golden.weights;
    agreesWithPyTorch(
      `${kind} through cuDNN, in ${bidirectional ? "both directions" : "one direction"}`,
      golden,
      through({ bidirectional }),
    );
  }

  onEveryEngine(`${kind} through cuDNN packs its weights, and unpacks their gradients once`, () => {
    const operations: string[] = [];
    withLayer(through({ bidirectional: true }, operations), [4, 2], (test) => {
      const { layer, weights, batch } = test;
      const x = noise([2, 4, 5], 1, batch.mask);
      gradientsOf((x) => layer(x, batch), x, noise([2, 4, 8], 2), weights);
    });
    assert.deepEqual(operations, [
      "CudnnRNNCanonicalToParams",
      "CudnnRNNV3",
      "CudnnRNNBackpropV3",
      "CudnnRNNParamsToCanonical",
    ]);
  });

  onEveryEngine(
    `${kind} through cuDNN: a frozen input leaves the weights' gradients as they are`,
    () => {
      const [frozen, free] = [true, false].map((frozenInput) => {
        let gradients: number[][] = [];
        withLayer(through({ bidirectional: true, frozenInput }), [4, 2], (test) => {
          const { layer, weights, batch } = test;
          const x = noise([2, 6, 5], 1);
          const variables = weights.trainable().map(({ variable }) => variable);
          const { grads } = tf.variableGrads(() => tf.sum(layer(x, batch)), variables);
          gradients = variables.map(({ name }) => [...grads[name]!.dataSync()]);
        }, 6);
        return gradients;
      });
      assert.deepEqual(frozen, free);
    },
  );
}
