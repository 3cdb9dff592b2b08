import assert from "node:assert/strict";
import {
  constant,
  fanInUniform,
  normal,
  ones,
  uniform,
  xavierUniform,
  zeros,
} from "../../../model/layers/initializers.ts";
import type { Initializer } from "../../../model/layers/weights.ts";
import { createRandom } from "../../../pipeline/random.ts";

/** First values of a weight of that shape. */
function draw(initialize: Initializer, shape: readonly number[]): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(NaN);
  initialize(values, shape, createRandom(1, "test"));
  return values;
}

const mean = (values: Float32Array) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const deviation = (values: Float32Array) => Math.sqrt(mean(values.map((value) => value * value)));

Deno.test("zeros are zeros", () => {
  assert.deepEqual(draw(zeros, [3]), Float32Array.of(0, 0, 0));
});

Deno.test("ones are ones", () => {
  assert.deepEqual(draw(ones, [3]), Float32Array.of(1, 1, 1));
});

/**
 * Uniform ones by their bounds, worked out by hand: in a shape [out, in, ...kernel], fan-in is in ×
 * kernel and fan-out is out × kernel.
 */
const bounds: Record<string, { initialize: Initializer; shape: number[]; bound: number }> = {
  "a given bound": { initialize: uniform(0.3), shape: [20_000], bound: 0.3 },
  "Xavier's of a matrix": {
    initialize: xavierUniform,
    shape: [100, 200],
    bound: Math.sqrt(6 / (200 + 100)),
  },
  "Xavier's of a convolution": {
    initialize: xavierUniform,
    shape: [50, 80, 5],
    bound: Math.sqrt(6 / (80 * 5 + 50 * 5)),
  },
  "PyTorch's of a matrix": { initialize: fanInUniform, shape: [200, 100], bound: 0.1 },
  "PyTorch's of a convolution": { initialize: fanInUniform, shape: [200, 25, 4], bound: 0.1 },
};

for (const [name, { initialize, shape, bound }] of Object.entries(bounds)) {
  Deno.test(`a uniform start stays within ${name}, and comes close to it on both sides`, () => {
    const values = draw(initialize, shape);
    const low = values.reduce((least, value) => Math.min(least, value));
    const high = values.reduce((most, value) => Math.max(most, value));
    assert.ok(low >= -bound && low < -0.99 * bound, `${low}`);
    assert.ok(high <= bound && high > 0.99 * bound, `${high}`);
  });

  Deno.test(`a uniform start within ${name} has mean 0 and deviation bound/√3`, () => {
    const values = draw(initialize, shape);
    assert.ok(Math.abs(mean(values)) < 0.02 * bound, `${mean(values)}`);
    const expected = bound / Math.sqrt(3);
    assert.ok(Math.abs(deviation(values) - expected) < 0.02 * expected, `${deviation(values)}`);
  });
}

for (const [name, initialize] of Object.entries({ xavierUniform, fanInUniform })) {
  Deno.test(`${name} is no start for a vector, which has no fans`, () => {
    assert.throws(() => draw(initialize, [3]), /initialising \[3\]: it has no fans/);
  });
}

Deno.test("a normal start has the deviation that is asked for", () => {
  const found = deviation(draw(normal(0.03), [20_000]));
  assert.ok(Math.abs(found - 0.03) < 0.001, `${found}`);
});

Deno.test("a normal start leaves three deviations about as often as a normal value does", () => {
  const values = draw(normal(1), [100_000]);
  const far = values.filter((value) => Math.abs(value) > 3).length;
  assert.ok(far > 200 && far < 340, `${far}, expected 270`);
});

Deno.test("given values are copied", () => {
  const source = Float32Array.of(1, 2);
  const values = draw(constant(source), [2, 1]);
  source[0] = 5;
  assert.deepEqual(values, Float32Array.of(1, 2));
});

Deno.test("given values of another number are refused", () => {
  assert.throws(
    () => draw(constant(Float32Array.of(1, 2)), [3]),
    /initialising \[3\]: 2 values given, not 3/,
  );
});
