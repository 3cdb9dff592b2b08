/**
 * What every layer must hold, each registered as a test on every engine present: it computes what
 * PyTorch does, its gradients are those of differences, its kernels do what plain operations do.
 *
 * @module
 */
import assert from "node:assert/strict";
import { withoutNative } from "../../model/engine/kernels.ts";
import { type Tensor, tf } from "../../model/engine/tf.ts";
import type { Positions } from "../../model/layers/positions.ts";
import {
  assignValues,
  type Weight,
  Weights,
  type WeightScope,
} from "../../model/layers/weights.ts";
import { createRandom } from "../../pipeline/random.ts";
import { onEveryEngine } from "./engines.ts";
import { onNativeKernels } from "./kernels.ts";
import {
  assertClose,
  assertNoLeak,
  batchOf,
  disposeBatch,
  fill,
  type GoldenCase,
  goldenLengths,
  gradientsOf,
  load,
  noise,
} from "./layers.ts";

/** [B, T, inputs] → [B, T′, outputs]. */
export type Layer = (x: Tensor, batch: Positions) => Tensor;

/** Declares a layer's weights. */
export type CreateLayer = (scope: WeightScope) => Layer;

/** A layer under scope `layer` of its own weights, and documents for it. */
export interface LayerUnderTest<L> {
  readonly layer: L;
  readonly weights: Weights;
  readonly batch: Positions;
}

/** Runs `body` with a fresh layer, and asserts that it leaves no tensor behind. */
export function withLayer<L>(
  create: (scope: WeightScope) => L,
  lengths: readonly number[],
  body: (test: LayerUnderTest<L>) => void,
  width?: number,
): void {
  const weights = new Weights(1);
  const layer = create(weights.scope("layer"));
  const batch = batchOf(lengths, width);
  try {
    assertNoLeak(() => tf.tidy(() => body({ layer, weights, batch })));
  } finally {
    disposeBatch(batch);
    weights.dispose();
  }
}

/** Registers a test of a fresh layer on every engine present. */
export function testLayer<L>(
  name: string,
  create: (scope: WeightScope) => L,
  lengths: readonly number[],
  body: (test: LayerUnderTest<L>) => void,
  width?: number,
): void {
  onEveryEngine(name, () => withLayer(create, lengths, body, width));
}

/** Largest differences that are let pass, of each tensor's largest magnitude. */
export interface Tolerances {
  readonly values?: number;
  readonly gradients?: number;
  /** What a gradient's largest magnitude counts as at least: some are zero by cancellation. */
  readonly floor?: number | undefined;
}

/** Values and gradients are PyTorch's. */
export function agreesWithPyTorch(
  name: string,
  golden: GoldenCase,
  create: CreateLayer,
  { values = 1e-6, gradients = 1e-5, floor }: Tolerances = {},
): void {
  testLayer(
    `${name}: values agree with PyTorch`,
    create,
    goldenLengths,
    ({ layer, weights, batch }) => {
      fill(weights, golden.weights);
      assertClose(layer(load(golden.x), batch), golden.y, values, "y");
    },
  );

  testLayer(
    `${name}: gradients agree with PyTorch`,
    create,
    goldenLengths,
    ({ layer, weights, batch }) => {
      fill(weights, golden.weights);
      const forward = (x: Tensor) => layer(x, batch);
      const found = gradientsOf(forward, load(golden.x), load(golden.dy), weights);
      assertClose(found.dx, golden.dx, gradients, "dx");
      assert.deepEqual(Object.keys(found.weights).sort(), Object.keys(golden.gradients).sort());
      for (const [name, expected] of Object.entries(golden.gradients)) {
        assertClose(found.weights[name]!, expected, gradients, name, floor);
      }
    },
  );
}

/** Hand-written gradients agree with differences along random directions of input and weights. */
export function agreesWithDifferences(name: string, inputs: number, create: CreateLayer): void {
  const lengths = [5, 1, 8];
  const step = 2e-3;
  /** The slope at 0, to the fourth order. */
  const differenceOf = (at: (distance: number) => number) =>
    (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
  const slopeOf = (gradient: Tensor, direction: Tensor) =>
    tf.sum(tf.mul(gradient, direction)).dataSync()[0]!;
  const assertSlope = (what: string, slope: number, difference: number) => {
    const scale = Math.max(1, Math.abs(slope));
    assert.ok(Math.abs(slope - difference) < 1e-2 * scale, `${what}: ${slope}, not ${difference}`);
  };

  testLayer(
    `${name}: the input's gradient agrees with differences`,
    create,
    lengths,
    ({ layer, weights, batch }) => {
      const x = noise([3, 8, inputs], 1, batch.mask);
      const dy = noise(layer(x, batch).shape, 2);
      const direction = noise(x.shape, 3, batch.mask);
      const { dx } = gradientsOf((x) => layer(x, batch), x, dy, weights);
      const at = (distance: number) =>
        slopeOf(layer(tf.add(x, tf.mul(direction, distance)), batch), dy);
      assertSlope("x", slopeOf(dx, direction), differenceOf(at));
    },
  );

  testLayer(
    `${name}: the weights' gradients agree with differences`,
    create,
    lengths,
    ({ layer, weights, batch }) => {
      const x = noise([3, 8, inputs], 1, batch.mask);
      const dy = noise(layer(x, batch).shape, 2);
      const { weights: gradients } = gradientsOf((x) => layer(x, batch), x, dy, weights);
      for (const weight of weights.trainable()) {
        const start = valuesOf(weight);
        const direction = noise(weight.variable.shape, 4);
        const values = direction.dataSync();
        const at = (distance: number) => {
          assignValues(weight, start.map((value, i) => value + distance * values[i]!));
          return slopeOf(layer(x, batch), dy);
        };
        const difference = differenceOf(at);
        assignValues(weight, start);
        const short = weight.name.slice("layer.".length);
        assertSlope(short, slopeOf(gradients[short]!, direction), difference);
      }
    },
  );
}

/** Documents and a layer for them. */
export interface TwinCase {
  readonly lengths: readonly number[];
  /** Padded width, where it is not the longest document. */
  readonly width?: number;
  readonly inputs: number;
  readonly create: CreateLayer;
}

/**
 * A layer's kernels and their twin in plain operations give the same values, gradients and buffers,
 * in every case.
 *
 * @param floor what a tensor's largest magnitude counts as at least, as for {@linkcode Tolerances}.
 */
export function agreesWithTwin(
  name: string,
  cases: Readonly<Record<string, TwinCase>>,
  floor?: number,
): void {
  onNativeKernels(`${name}: kernels agree with their twin`, () => {
    for (const [what, { lengths, width, inputs, create }] of Object.entries(cases)) {
      withLayer(create, lengths, ({ layer, weights, batch }) => {
        for (const weight of weights.trainable()) { // biases too, which start at zero
          const random = createRandom(2, weight.name);
          assignValues(weight, valuesOf(weight).map((value) => value + 0.3 * random.normal()));
        }
        const x = noise([lengths.length, batch.width, inputs], 3, batch.mask);
        const start = weights.all().map((weight) => [weight, valuesOf(weight)] as const);
        const run = () => {
          for (const [weight, values] of start) assignValues(weight, values);
          return runBothPasses(layer, weights, x, batch);
        };
        const native = run();
        const twin = withoutNative(run);
        assert.deepEqual(Object.keys(native), Object.keys(twin));
        for (const [part, tensor] of Object.entries(native)) {
          assertClose(tensor, twin[part]!, 1e-5, `${what}: ${part}`, floor);
        }
      }, width);
    }
  });
}

/** Values, gradients and buffers, by name. */
function runBothPasses(
  layer: Layer,
  weights: Weights,
  x: Tensor,
  batch: Positions,
): Record<string, Tensor> {
  const y = layer(x, batch);
  const buffers = weights.all().filter(({ trainable }) => !trainable)
    .map(({ name, variable }) => [name, tf.clone(variable)] as const);
  const dy = noise(y.shape, 4); // not zero on padding: a layer must not read it there
  const { dx, weights: gradients } = gradientsOf((x) => layer(x, batch), x, dy, weights);
  return {
    ...Object.fromEntries(buffers),
    ...gradients,
    y,
    dx: tf.mul(dx, tf.expandDims(batch.mask, 2)),
  };
}

function valuesOf({ variable }: Weight): Float32Array {
  return variable.dataSync<"float32">().slice();
}
