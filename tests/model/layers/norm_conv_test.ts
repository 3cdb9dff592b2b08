import { createNormTanhConv } from "../../../model/layers/norm_conv.ts";
import type { WeightScope } from "../../../model/layers/weights.ts";
import { ignoresPadding, keepsPaddingZero } from "../../_support/layer_padding.ts";
import {
  agreesWithDifferences,
  agreesWithPyTorch,
  agreesWithTwin,
  type Layer,
} from "../../_support/layer_properties.ts";
import { goldenCases } from "../../_support/layers.ts";

interface Options {
  readonly training: boolean;
  readonly transposed?: boolean;
}

function createLayer(
  scope: WeightScope,
  inputs: number,
  outputs: number,
  { training, transposed = false }: Options,
): Layer {
  const scopes = { norm: scope.scope("norm"), conv: scope.scope("conv") };
  const layer = createNormTanhConv(scopes, inputs, outputs, { kernel: 3, transposed });
  return (x, batch) => layer(x, batch, { training, seed: 0 });
}

for (const golden of goldenCases<Options>("normConv")) {
  agreesWithPyTorch(
    `norm, tanh and conv ${JSON.stringify(golden.options)}`,
    golden,
    (scope) => createLayer(scope, 5, 3, golden.options),
  );
}

agreesWithDifferences(
  "norm, tanh and conv",
  4,
  (scope) => createLayer(scope, 4, 6, { training: true }),
);
ignoresPadding("norm, tanh and conv", 4, (scope) => createLayer(scope, 4, 6, { training: false }));
keepsPaddingZero("norm, tanh and conv", 4, (scope) => createLayer(scope, 4, 6, { training: true }));

agreesWithTwin("norm, tanh and conv", {
  "in training": {
    lengths: [3, 9, 1],
    width: 10,
    inputs: 20,
    create: (scope) => createLayer(scope, 20, 35, { training: true }),
  },
  "after training": {
    lengths: [3, 9, 1],
    width: 10,
    inputs: 20,
    create: (scope) => createLayer(scope, 20, 35, { training: false }),
  },
});
