import {
  createResidualConv,
  type ResidualConvOptions,
} from "../../../model/layers/residual_conv.ts";
import type { WeightScope } from "../../../model/layers/weights.ts";
import { ignoresPadding, keepsPaddingZero } from "../../_support/layer_padding.ts";
import {
  agreesWithDifferences,
  agreesWithPyTorch,
  agreesWithTwin,
  type Layer,
} from "../../_support/layer_properties.ts";
import { goldenCases } from "../../_support/layers.ts";

function createLayer(
  scope: WeightScope,
  options: ResidualConvOptions,
  training: boolean,
  inputs = 5,
): Layer {
  const layer = createResidualConv(scope, inputs, 4, options);
  return (x, positions) => layer(x, positions, { training, seed: 0 });
}

for (const golden of goldenCases<ResidualConvOptions>("residualConv")) {
  const { options } = golden;
  const name = `residual conv with ${options.norm} norm`;
  agreesWithPyTorch(name, golden, (scope) => createLayer(scope, options, true));
  agreesWithDifferences(name, 5, (scope) => createLayer(scope, options, true));
  ignoresPadding(name, 5, (scope) => createLayer(scope, options, false));
  keepsPaddingZero(name, 5, (scope) => createLayer(scope, options, true));
  agreesWithTwin(name, {
    "9 taps": {
      lengths: [3, 9, 1],
      width: 10,
      inputs: 20,
      create: (scope) => createLayer(scope, { ...options, kernel: 9 }, true, 20),
    },
  });
}
