/**
 * Dropout (Srivastava et al. 2014) whose mask is a hash of (seed, element index): the same bits on
 * every engine, and nothing to keep for the backward pass but the seed.
 *
 * @module
 */
import { mix32 } from "../../pipeline/random.ts";
import { nativeKernels, nativeOp } from "../engine/kernels.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import { withGradient } from "../engine/gradient.ts";

/**
 * Zeroes each element of `x` with probability `rate` and multiplies the others by 1 / (1 − rate).
 * A rate of 0 returns `x` itself.
 *
 * @param seed unsigned 32-bit, of this use in this step: `deriveSeed(mode.seed, "dropout <name>")`.
 */
export function dropout(x: Tensor, rate: number, seed: number): Tensor {
  if (rate === 0) return x;
  const apply = (input: Tensor) =>
    nativeDropout(input, rate, seed) ?? tf.mul(input, hostMask(input.shape, rate, seed));
  return withGradient([x], () => ({ value: apply(x), saved: [] }), (dy) => [apply(dy)]);
}

function nativeDropout(x: Tensor, rate: number, seed: number): Tensor | undefined {
  if (!nativeKernels()) return undefined;
  const [y] = nativeOp(
    "Dropout",
    { rate },
    [tf.reshape(x, [-1]), tf.scalar(seed | 0, "int32")],
    1,
  )!;
  return tf.reshape(y!, x.shape);
}

/** The multiplier of every element: 0 or 1 / (1 − rate). */
function hostMask(shape: number[], rate: number, seed: number): Tensor {
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  const threshold = dropThreshold(rate);
  const kept = 1 / (1 - Math.fround(rate));
  for (let i = 0; i < values.length; i++) {
    if (mix32(mix32(i ^ seed) + seed) >= threshold) values[i] = kept;
  }
  return tf.tensor(values, shape);
}

/** Hashes below it are dropped. */
function dropThreshold(rate: number): number {
  return Math.floor(Math.fround(rate) * 2 ** 32); // the rate as the kernel gets it
}
