import assert from "node:assert/strict";
import { minimise, type Objective } from "../../../model/baselines/lbfgs.ts";

/** Σ scale_i (x_i − i)², badly scaled. */
const quadratic: Objective = (x, gradient) => {
  let value = 0;
  x.forEach((at, i) => {
    const scale = 10 ** (i % 4);
    value += scale * (at - i) ** 2;
    gradient[i] = 2 * scale * (at - i);
  });
  return value;
};

Deno.test("finds the minimum of a badly scaled quadratic", () => {
  const x = new Float64Array(12).fill(100);
  assert(minimise(quadratic, x, { tolerance: 1e-8, iterations: 200 }) <= 1e-8);
  x.forEach((value, i) => assert(Math.abs(value - i) < 1e-8));
});

Deno.test("does nothing at the minimum", () => {
  const x = Float64Array.of(0, 1, 2);
  assert.equal(minimise(quadratic, x, { tolerance: 0, iterations: 10 }), 0);
  assert.deepEqual([...x], [0, 1, 2]);
});

Deno.test("says how steep it still is when iterations run out", () => {
  assert.equal(minimise(quadratic, Float64Array.of(3), { tolerance: 1, iterations: 0 }), 6);
});

Deno.test("stops where precision ends", () => {
  const flat: Objective = (x, gradient) => {
    gradient.fill(1); // a gradient that no step can follow
    return Math.abs(x[0]!);
  };
  const x = Float64Array.of(0);
  assert.equal(minimise(flat, x, { tolerance: 1e-3, iterations: 10 }), 1);
  assert.equal(x[0], 0);
});
