import assert from "node:assert/strict";
import { tf } from "../../../model/engine/tf.ts";
import { createRam, RAM_UPS, type RamUp } from "../../../model/layers/recalibrate.ts";
import type { WeightScope } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { ignoresPadding, keepsPaddingZero } from "../../_support/layer_padding.ts";
import {
  agreesWithDifferences,
  agreesWithPyTorch,
  agreesWithTwin,
  type Layer,
  testLayer,
  withLayer,
} from "../../_support/layer_properties.ts";
import { goldenCases, noise } from "../../_support/layers.ts";

interface Options {
  readonly training: boolean;
  readonly up: RamUp;
}

function createLayer(scope: WeightScope, width: number, { training, up }: Options): Layer {
  const ram = createRam(scope, width, { dropout: 0, up });
  return (x, batch) => ram(x, batch, { training, seed: 0 });
}

for (const golden of goldenCases<Options>("recalibration")) {
  agreesWithPyTorch(
    `RAM ${JSON.stringify(golden.options)}`,
    golden,
    (scope) => createLayer(scope, 8, golden.options),
    // Ten layers on twelve tokens, in float32; a bias that is normalised away has no gradient.
    { values: 1e-5, gradients: 1e-4, floor: golden.options.up === "linear" ? 0.1 : undefined },
  );
}

for (const up of RAM_UPS) {
  const name = `RAM, up by ${up}`;
  agreesWithDifferences(name, 8, (scope) => createLayer(scope, 8, { training: true, up }));
  ignoresPadding(name, 8, (scope) => createLayer(scope, 8, { training: false, up }));
  keepsPaddingZero(name, 8, (scope) => createLayer(scope, 8, { training: true, up }));
  agreesWithTwin(name, {
    "in training": {
      lengths: [3, 9, 1],
      inputs: 20,
      create: (scope) => createLayer(scope, 20, { training: true, up }),
    },
    "after training": {
      lengths: [3, 9, 1],
      inputs: 20,
      create: (scope) => createLayer(scope, 20, { training: false, up }),
    },
  }, up === "linear" ? 0.1 : undefined);
}

/** Values of a RAM that drops half of its output in training, of one document without padding. */
function dropHalf(body: (values: (training: boolean, seed: number) => Float32Array) => void): void {
  withLayer((scope) => createRam(scope, 16, { dropout: 0.5 }), [40], ({ layer, batch }) => {
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
  const layers = { conv1: "a", bn1: "b", conv2: "c", bn2: "d" };
  withLayer((scope) => createRam(scope, 8, { dropout: 0, layers }), [1], ({ weights }) => {
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
  "RAM: a linear map up has one tap, and none of the other blocks' weights change",
  (scope) => createRam(scope, 8, { dropout: 0, up: "linear" }),
  [3],
  ({ weights }) => {
    const shape = (name: string) => weights.get(`layer.${name}.weight`).variable.shape;
    assert.deepEqual([shape("up1.conv1"), shape("up1.conv2")], [[4, 2, 1], [4, 4, 1]]);
    assert.deepEqual([shape("up2.conv1"), shape("up2.conv2")], [[8, 4, 1], [8, 8, 1]]);
    assert.deepEqual([shape("down1.conv1"), shape("lateral.conv2")], [[4, 8, 3], [2, 2, 3]]);
  },
);

testLayer(
  "RAM: halves and quarters of an odd width are rounded down",
  (scope) => createRam(scope, 11, { dropout: 0 }),
  [3],
  ({ layer, weights, batch }) => {
    assert.deepEqual(weights.get("layer.down2.conv1.weight").variable.shape, [2, 5, 3]);
    const y = layer(tf.zeros([1, 3, 11]), batch, { training: false, seed: 0 });
    assert.deepEqual(y.shape, [1, 3, 11]);
  },
);
