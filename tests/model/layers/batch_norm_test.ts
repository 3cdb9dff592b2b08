import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { type BatchNormOptions, createBatchNorm } from "../../../model/layers/batch_norm.ts";
import type { WeightScope } from "../../../model/layers/weights.ts";
import { ignoresPadding, keepsPaddingZero } from "../../_support/layer_padding.ts";
import {
  agreesWithDifferences,
  agreesWithPyTorch,
  agreesWithTwin,
  type Layer,
  testLayer,
  type TwinCase,
} from "../../_support/layer_properties.ts";
import {
  assertClose,
  fill,
  goldenCases,
  goldenLengths,
  load,
  noise,
} from "../../_support/layers.ts";

/** A batch norm in or after training. */
function createLayer(
  scope: WeightScope,
  channels: number,
  training: boolean,
  options: BatchNormOptions = {},
): Layer {
  const norm = createBatchNorm(scope, channels, options);
  return (x, { mask }) => norm(x, mask, { training, seed: 0 });
}

for (const golden of goldenCases<{ tanh: boolean; training: boolean }>("batchNorm")) {
  const { training, ...options } = golden.options;
  const name = `batch norm ${JSON.stringify(golden.options)}`;
  const create = (scope: WeightScope) => createLayer(scope, 6, training, options);

  agreesWithPyTorch(name, golden, create, { values: 1e-5 });

  testLayer(
    `${name}: running statistics agree with PyTorch`,
    create,
    goldenLengths,
    ({ layer, weights, batch }) => {
      fill(weights, golden.weights);
      layer(load(golden.x), batch);
      for (const [statistic, expected] of Object.entries(golden.after)) {
        assertClose(weights.get(`layer.${statistic}`).variable, expected, 1e-5, statistic);
      }
    },
  );
}

for (const tanh of [false, true]) {
  const name = `batch norm${tanh ? " with tanh" : ""}`;
  agreesWithDifferences(name, 4, (scope) => createLayer(scope, 4, true, { tanh }));
  ignoresPadding(name, 4, (scope) => createLayer(scope, 4, false, { tanh }));
  keepsPaddingZero(name, 4, (scope) => createLayer(scope, 4, true, { tanh }));
}

testLayer(
  "batch norm: what stands on padding changes neither values nor statistics",
  (scope) => createLayer(scope, 4, true),
  [5, 2, 3],
  ({ layer, weights, batch }) => {
    const x = noise([3, 5, 4], 1);
    const statistics = () =>
      ["running_mean", "running_var"].map((name) => {
        const { variable } = weights.get(`layer.${name}`);
        return tf.clone(variable);
      });
    const start = weights.all().map(({ variable }) => tf.clone(variable));
    const run = (x: Tensor) => {
      weights.all().forEach(({ variable }, i) => variable.assign(start[i]!));
      return [layer(x, batch), ...statistics()];
    };
    const noisy = run(x);
    const clean = run(tf.mul(x, tf.expandDims(batch.mask, 2)));
    noisy.forEach((tensor, i) => assertClose(tensor, clean[i]!, 0, `${i}`));
  },
);

const cases: Record<string, TwinCase> = {};
for (const lengths of [[5], [3, 9, 1, 4], [2, 70, 64, 33, 1]]) {
  for (const channels of [1, 16, 35]) {
    for (const tanh of [true, false]) {
      for (const training of [true, false]) {
        cases[`${lengths} ${channels} ${tanh} ${training}`] = {
          lengths,
          width: Math.max(...lengths) + 1,
          inputs: channels,
          create: (scope) => createLayer(scope, channels, training, { tanh }),
        };
      }
    }
  }
}

agreesWithTwin("batch norm", cases);
