import assert from "node:assert/strict";
import { withoutNative } from "../../../model/engine/kernels.ts";
import { tf } from "../../../model/engine/tf.ts";
import { type ConvOptions, createConv } from "../../../model/layers/conv.ts";
import { derivePositions } from "../../../model/layers/positions.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { ignoresPadding, keepsPaddingZero } from "../../_support/layer_padding.ts";
import {
  agreesWithDifferences,
  agreesWithPyTorch,
  agreesWithTwin,
  testLayer,
  type TwinCase,
  withLayer,
} from "../../_support/layer_properties.ts";
import { assertClose, batchOf, disposeBatch, goldenCases, noise } from "../../_support/layers.ts";

for (const golden of goldenCases<ConvOptions>("conv")) {
  agreesWithPyTorch(
    `conv ${JSON.stringify(golden.options)}`,
    golden,
    (scope) => createConv(scope, 5, 3, golden.options),
  );
}

const layers: Record<string, ConvOptions> = {
  "conv": { kernel: 3, bias: true },
  "conv with an even kernel": { kernel: 4, padding: 2, bias: true },
  "transposed conv": { kernel: 3, transposed: true },
};

for (const [name, options] of Object.entries(layers)) {
  agreesWithDifferences(name, 4, (scope) => createConv(scope, 4, 6, options));
  ignoresPadding(name, 4, (scope) => createConv(scope, 4, 6, options));
}

keepsPaddingZero("conv", 4, (scope) => createConv(scope, 4, 6, { kernel: 3, bias: true }));

testLayer(
  "conv: an even kernel gives a document one output more, and zeros after it",
  (scope) => createConv(scope, 3, 2, { kernel: 4, padding: 2, bias: true }),
  [6, 2, 1],
  ({ layer, batch }) => {
    const y = layer(noise([3, 9, 3], 1, batch.mask), batch);
    assert.deepEqual(y.shape, [3, 10, 2]);
    const reaches = tf.sum(tf.cast(tf.any(tf.notEqual(y, 0), 2), "int32"), 1);
    assert.deepEqual([...reaches.dataSync()], [7, 3, 2]);
  },
  9,
);

testLayer(
  "conv: outputs that the caller calls real are, and no others",
  (scope) => createConv(scope, 3, 2, { kernel: 3, padding: 0, bias: true }),
  [6, 2, 1],
  ({ layer, batch }) => {
    const windows = derivePositions(batch, (length) => Math.max(1, length - 2));
    const y = layer(noise([3, 9, 3], 1, batch.mask), batch, windows);
    const real = tf.cast(tf.any(tf.notEqual(y, 0), 2), "float32");
    assertClose(real, windows.mask, 0, "real outputs");
  },
  9,
);

onEveryEngine("conv: documents too large to be unfolded at once are unfolded in groups", () => {
  // Unfolded, a document has 700 × 9 × 1,000 entries; 2²⁴ hold two of three.
  const create = (scope: Parameters<typeof createConv>[0]) =>
    createConv(scope, 1000, 2, { kernel: 9 });
  withLayer(create, [700, 40, 600], ({ layer, batch }) => {
    const x = noise([3, 700, 1000], 1, batch.mask);
    const y = withoutNative(() => layer(x, batch));
    [700, 40, 600].forEach((length, document) => {
      const alone = batchOf([length]);
      const own = tf.slice(x, [document, 0, 0], [1, length, -1]);
      const expected = withoutNative(() => layer(own, alone));
      assertClose(tf.slice(y, [document, 0, 0], [1, length, -1]), expected, 1e-5, `${document}`);
      disposeBatch(alone);
    });
  });
});

const cases: Record<string, TwinCase> = {};
for (const lengths of [[1], [3, 9, 1, 4], [2, 70, 64, 33, 1]]) {
  for (const [inputs, outputs] of [[1, 1], [5, 3], [32, 32], [37, 50]] as const) {
    for (const [kernel, padding] of [[3, 1], [3, 0], [3, 2], [1, 0], [4, 2], [9, 4]] as const) {
      cases[`${lengths} ${inputs}→${outputs} kernel ${kernel} padding ${padding}`] = {
        lengths,
        width: Math.max(...lengths, kernel),
        inputs,
        create: (scope) => createConv(scope, inputs, outputs, { kernel, padding, bias: true }),
      };
    }
  }
}

agreesWithTwin("conv", cases);

agreesWithTwin("conv of full width, by Winograd's filtering", {
  "600→300": {
    lengths: [150, 61, 1],
    inputs: 600,
    create: (scope) => createConv(scope, 600, 300, { kernel: 3 }),
  },
});
