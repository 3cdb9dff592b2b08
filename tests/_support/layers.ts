/** What the layers' tests share: batches, weights with given values, comparisons. */
import assert from "node:assert/strict";
import { type Tensor, tf } from "../../model/engine/tf.ts";
import { assignValues, type Weights } from "../../model/layers/weights.ts";
import type { TokenBatch } from "../../model/model.ts";
import { createRandom } from "../../pipeline/random.ts";

/** A tensor as golden files store it. */
export interface Stored {
  shape: number[];
  values: number[];
}

/** One golden case of a layer. */
export interface GoldenCase<Options = unknown> {
  options: Options;
  x: Stored;
  weights: Record<string, Stored>;
  y: Stored;
  final: Stored;
  dy: Stored;
  dx: Stored;
  gradients: Record<string, Stored>;
  after: Record<string, Stored>;
}

const golden = JSON.parse(
  await Deno.readTextFile(new URL("../../fixtures/golden/layers.json", import.meta.url)),
);

/** What PyTorch computes for a layer (tests/interop/layers.py). */
export function goldenLayer<Golden>(layer: string): Golden {
  return golden[layer];
}

/** Golden cases of a layer. */
export function goldenCases<Options>(layer: string): GoldenCase<Options>[] {
  return goldenLayer(layer);
}

/** Lengths of the golden cases' documents. */
export const goldenLengths: number[] = golden.lengths;

export function load({ values, shape }: Stored): Tensor {
  return tf.tensor(values, shape, "float32");
}

/** A batch of documents of these lengths; token ids do not matter to the layers. */
export function batchOf(lengths: readonly number[], width = Math.max(...lengths)): TokenBatch {
  const hostLengths = Int32Array.from(lengths);
  const mask = lengths.map((length) => Array.from({ length: width }, (_, t) => t < length ? 1 : 0));
  return {
    size: lengths.length,
    width,
    tokens: tf.zeros([lengths.length, width], "int32"),
    lengths: tf.tensor1d(hostLengths, "int32"),
    mask: tf.tensor2d(mask, [lengths.length, width], "float32"),
    hostLengths,
  };
}

export function disposeBatch(batch: TokenBatch): void {
  tf.dispose([batch.tokens, batch.lengths, batch.mask]);
}

/** Standard normal values, zero where `mask` [B, T] is. */
export function noise(shape: number[], seed: number, mask?: Tensor): Tensor {
  const random = createRandom(seed, "test");
  const values = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    () => random.normal(),
  );
  return tf.tidy(() => {
    const x = tf.tensor(values, shape);
    return mask ? tf.mul(x, tf.expandDims(mask, 2)) : x;
  });
}

/** Overwrites the weights declared under scope `layer` with stored values. */
export function fill(weights: Weights, values: Record<string, Stored>): void {
  for (const [name, stored] of Object.entries(values)) {
    const weight = weights.get(`layer.${name}`);
    assert.deepEqual(weight.variable.shape, stored.shape);
    assignValues(weight, Float32Array.from(stored.values));
  }
}

/** Gradients of Σ y ⊙ dy with respect to `x` and every trained weight, by name without its scope. */
export function gradientsOf(
  forward: (x: Tensor) => Tensor,
  x: Tensor,
  dy: Tensor,
  weights: Weights,
): { dx: Tensor; weights: Record<string, Tensor> } {
  const trained = weights.trainable();
  // tf.grads differentiates by its arguments only, so the weights are arguments that it need not use.
  const all = tf.grads((...[x]) => tf.sum(tf.mul(forward(x!), dy)))(
    [x, ...trained.map(({ variable }) => variable)],
  );
  const named = trained.map(({ name }, i) => [name.slice(name.indexOf(".") + 1), all[i + 1]!]);
  return { dx: all[0]!, weights: Object.fromEntries(named) };
}

/**
 * Asserts agreement within `tolerance` of the expected tensor's largest magnitude, which counts as
 * `floor` at least: a gradient that is zero by cancellation has no magnitude of its own.
 */
export function assertClose(
  actual: Tensor,
  expected: Tensor | Stored,
  tolerance: number,
  what: string,
  floor = 1e-3,
): void {
  assert.deepEqual(actual.shape, expected.shape, `${what}: shape`);
  const values = Float64Array.from("values" in expected ? expected.values : expected.dataSync());
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), floor);
  let worst = 0;
  actual.dataSync().forEach((value, i) => {
    const difference = Math.abs(value - values[i]!);
    worst = Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
  });
  assert.ok(worst <= tolerance * largest, `${what}: off by ${worst} of ${largest}`);
}

/** Runs `work` and asserts that it leaves as many tensors as it found. */
export function assertNoLeak<T>(work: () => T): T {
  const before = tf.memory().numTensors;
  const result = work();
  assert.equal(tf.memory().numTensors, before, "tensors left behind");
  return result;
}
