import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import { createRam } from "../../../model/layers/recalibrate.ts";
import type { WeightScope } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import {
  agreesWithDifferences,
  agreesWithPyTorch,
  agreesWithTwin,
  ignoresPadding,
  keepsPaddingZero,
  type Layer,
  testLayer,
  withLayer,
} from "../../_support/layer_properties.ts";
import { goldenCases, noise } from "../../_support/layers.ts";

function createLayer(scope: WeightScope, width: number, training: boolean): Layer {
  const ram = createRam(scope, width, 0);
  return (x, batch) => ram(x, batch, { training, seed: 0 });
}

for (const golden of goldenCases<{ training: boolean }>("recalibration")) {
  agreesWithPyTorch(
    `RAM ${JSON.stringify(golden.options)}`,
    golden,
    (scope) => createLayer(scope, 8, golden.options.training),
    { values: 1e-5, gradients: 1e-4 }, // ten layers on twelve tokens, in float32
  );
}

agreesWithDifferences("RAM", 8, (scope) => createLayer(scope, 8, true));
ignoresPadding("RAM", 8, (scope) => createLayer(scope, 8, false));
keepsPaddingZero("RAM", 8, (scope) => createLayer(scope, 8, true));

agreesWithTwin("RAM", {
  "in training": {
    lengths: [3, 9, 1],
    inputs: 20,
    create: (scope) => createLayer(scope, 20, true),
  },
  "after training": {
    lengths: [3, 9, 1],
    inputs: 20,
    create: (scope) => createLayer(scope, 20, false),
  },
});

/** Values of a RAM that drops half of its output in training, of one document without padding. */
function dropHalf(body: (values: (training: boolean, seed: number) => Float32Array) => void): void {
  withLayer((scope) => createRam(scope, 16, 0.5), [40], ({ layer, batch }) => {
    const x = noise([1, 40, 16], 1);
    body((training, seed) => layer(x, batch, { training, seed }).dataSync<"float32">());
  });
}

const shareOfZeros = (values: Float32Array) =>
  values.filter((value) => value === 0).length / values.length;

onEveryEngine("RAM: features are dropped at the rate in training", () =>
  dropHalf((values) => {
    const share = shareOfZeros(values(true, 1));
    assert.ok(Math.abs(share - 0.5) < 0.1, `${share}`);
  }));

onEveryEngine(
  "RAM: no feature is dropped after training",
  () => dropHalf((values) => assert.equal(shareOfZeros(values(false, 1)), 0)),
);

onEveryEngine("RAM: the same seed drops the same features", () =>
  dropHalf((values) => {
    const first = values(true, 1).map((value) => value === 0 ? 1 : 0);
    assert.deepEqual(values(true, 1).map((value) => value === 0 ? 1 : 0), first);
  }));

onEveryEngine("RAM: another seed drops other features", () =>
  dropHalf((values) => {
    const first = values(true, 1).map((value) => value === 0 ? 1 : 0);
    assert.notDeepEqual(values(true, 2).map((value) => value === 0 ? 1 : 0), first);
  }));

onEveryEngine("RAM: a block's layers have the names that they are given", () => {
  const names = { conv1: "a", bn1: "b", conv2: "c", bn2: "d" };
  withLayer((scope) => createRam(scope, 8, 0, names), [1], ({ weights }) => {
    const own = weights.all().map(({ name }) => name).filter((name) => name.includes("lateral"));
    assert.deepEqual(own.sort(), [
      "layer.lateral.a.weight",
      "layer.lateral.b.bias",
      "layer.lateral.b.running_mean",
      "layer.lateral.b.running_var",
      "layer.lateral.b.weight",
      "layer.lateral.c.weight",
      "layer.lateral.d.bias",
      "layer.lateral.d.running_mean",
      "layer.lateral.d.running_var",
      "layer.lateral.d.weight",
    ]);
  });
});

testLayer(
  "RAM: halves and quarters of an odd width are rounded down",
  (scope) => createRam(scope, 11, 0),
  [3],
  ({ layer, weights, batch }) => {
    assert.deepEqual(weights.get("layer.down2.conv1.weight").variable.shape, [2, 5, 3]);
    const y = layer(tf.zeros([1, 3, 11]), batch, { training: false, seed: 0 });
    assert.deepEqual(y.shape, [1, 3, 11]);
  },
);
