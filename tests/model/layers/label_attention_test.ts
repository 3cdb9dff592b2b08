import assert from "node:assert/strict";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import {
  createLabelAttention,
  type LabelAttention,
  labelAttention,
} from "../../../model/layers/label_attention.ts";
import type { WeightScope } from "../../../model/layers/weights.ts";
import { focalTerms } from "../../../model/loss.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { kernelsRunBy, onNativeKernels } from "../../_support/kernels.ts";
import {
  agreesWithDifferences,
  agreesWithTwin,
  testLayer,
  type TwinCase,
  withLayer,
} from "../../_support/layer_properties.ts";
import {
  assertClose,
  batchOf,
  disposeBatch,
  goldenLayer,
  goldenLengths,
  load,
  noise,
  type Stored,
} from "../../_support/layers.ts";

const golden = goldenLayer<{
  x: Stored;
  weights: Record<"query.weight" | "score.weight" | "score.bias", Stored>;
  logits: Stored;
}>("labelAttentionLoss");

onEveryEngine("label attention's logits agree with PyTorch", () => {
  const { x, weights, logits } = golden;
  const batch = batchOf(goldenLengths);
  const actual = labelAttention({
    features: load(x),
    query: load(weights["query.weight"]),
    score: load(weights["score.weight"]),
    bias: load(weights["score.bias"]),
    mask: batch.mask,
  });
  assertClose(actual, logits, 1e-5, "logits");
  disposeBatch(batch);
});

agreesWithDifferences("label attention", 5, (scope) => {
  const { logits } = createLabelAttention(scope, 5, 7);
  return logits;
});

const width = 5;
const labels = 7;
const chosen = Int32Array.of(5, 2);

/** Runs `body` with a layer of seven labels and features for it. */
function withAttention(
  body: (test: {
    readonly layer: LabelAttention;
    readonly features: Tensor;
    readonly attention: Tensor;
    readonly logits: Tensor;
    readonly mask: Tensor;
  }) => void,
): void {
  const create = (scope: WeightScope) => createLabelAttention(scope, width, labels);
  withLayer(create, [4, 1, 6, 3], ({ layer, batch }) => {
    const features = noise([4, 6, width], 1, batch.mask);
    body({
      layer,
      features,
      attention: layer.attention(features, batch, chosen), // [B, 2, T]
      logits: layer.logits(features, batch),
      mask: batch.mask,
    });
  });
}

onEveryEngine(
  "label attention: the weights of a label's tokens add up to 1",
  () =>
    withAttention(({ attention }) =>
      assertClose(tf.sum(attention, 2), tf.ones([4, 2]), 1e-6, "sums")
    ),
);

onEveryEngine(
  "label attention: padding has no weight",
  () =>
    withAttention(({ attention, mask }) => {
      const onPadding = tf.mul(attention, tf.sub(1, tf.expandDims(mask, 1)));
      assert.equal(tf.max(onPadding).dataSync()[0], 0);
    }),
);

onEveryEngine(
  "label attention: the weights shown are those behind the logits",
  () =>
    withAttention(({ layer, features, attention, logits }) => {
      const vectors = tf.matMul(attention, features); // [B, 2, D]
      const rows = tf.gather(layer.score, tf.tensor1d(chosen, "int32"));
      const withoutBias = tf.sum(tf.mul(vectors, rows), 2);
      const biases = tf.sub(tf.gather(logits, tf.tensor1d(chosen, "int32"), 1), withoutBias);
      // What is left is the bias: the same for every document.
      assertClose(biases, tf.tile(tf.slice(biases, [0, 0], [1, -1]), [4, 1]), 1e-5, "biases");
    }),
);

const namings = {
  "by default": {
    names: {},
    expected: ["layer.query.weight", "layer.score.weight", "layer.score.bias"],
  },
  "as they are told to be": {
    names: { query: "U", score: "final" },
    expected: ["layer.U.weight", "layer.final.weight", "layer.final.bias"],
  },
};

for (const [how, { names, expected }] of Object.entries(namings)) {
  testLayer(
    `label attention's weights are named ${how}`,
    (scope) => createLabelAttention(scope, 2, 3, names),
    [1],
    ({ weights }) => {
      assert.deepEqual(weights.all().map(({ name }) => name), expected);
    },
  );
}

testLayer(
  "label attention's classifier rows are the score's weight",
  (scope) => createLabelAttention(scope, 2, 3),
  [1],
  ({ layer, weights }) => {
    assert.equal(layer.score, weights.get("layer.score.weight").variable);
  },
);

const sizes = [
  { lengths: [1], features: 3 },
  { lengths: [3, 9, 1], features: 20 },
  { lengths: [200, 2, 113], features: 35 },
];

for (const labels of [511, 512]) {
  const kernels = labels < 512 ? [] : ["MarnLabelAttention"];
  onNativeKernels(`label attention of ${labels} labels runs ${kernels.length} kernels`, () => {
    withLayer((scope) => createLabelAttention(scope, 3, labels), [2], ({ layer, batch }) => {
      const found = kernelsRunBy(() => {
        layer.logits(noise([1, 2, 3], 1), batch);
      });
      assert.deepEqual(found, kernels);
    });
  });
}

agreesWithTwin(
  "label attention",
  Object.fromEntries(sizes.map(({ lengths, features }): [string, TwinCase] => [
    `${lengths} ${features}`,
    {
      lengths,
      width: Math.max(...lengths) + 1,
      inputs: features,
      create: (scope) => createLabelAttention(scope, features, 531).logits,
    },
  ])),
);

const losses = ["bce", "focal", "focal-balanced"] as const;

for (const [i, name] of losses.entries()) {
  const labels = 131 + 130 * i;
  agreesWithTwin(
    `label attention with its ${name} loss`,
    Object.fromEntries(sizes.map(({ lengths, features }): [string, TwinCase] => [
      `${lengths} ${features}`,
      {
        lengths,
        width: Math.max(...lengths) + 1,
        inputs: features,
        create: (scope) => {
          const attention = createLabelAttention(scope, features, labels);
          const options = { name, alpha: 0.9, gamma: 2 - i / 2 };
          const terms = focalTerms(options, lengths.length, labels);
          return (x, batch) => {
            const draws = noise([lengths.length, labels], 5);
            const targets = tf.cast(tf.greater(draws, 0.5), "float32");
            return attention.loss(x, batch, targets, terms);
          };
        },
      },
    ])),
  );
}
