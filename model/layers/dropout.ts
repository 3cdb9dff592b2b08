/**
 * Dropout (Srivastava et al. 2014) whose mask is a hash of (seed, element index): the same bits on
 * every engine, and nothing to keep for the backward pass but the seed.
 *
 * @module
 */
import { mix32 } from "../../pipeline/random.ts";
import { withGradient } from "../engine/gradient.ts";
import { nativeKernels, nativeOp } from "../engine/kernels.ts";
import { type Tensor, tf } from "../engine/tf.ts";

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
  const inputs = [tf.reshape(x, [-1]), tf.scalar(seed | 0, "int32")];
  const [y] = nativeOp("Dropout", { rate }, inputs, 1)!;
  return tf.reshape(y!, x.shape);
}

/** The multiplier of every element: 0 or 1 / (1 − rate). */
function hostMask(shape: number[], rate: number, seed: number): Tensor {
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  const share = Math.fround(rate); // as the kernel gets it
  const threshold = Math.floor(share * 2 ** 32); // hashes below it are dropped
  const kept = 1 / (1 - share);
  for (let i = 0; i < values.length; i++) {
    if (mix32(mix32(i ^ seed) + seed) >= threshold) values[i] = kept;
  }
  return tf.tensor(values, shape);
}
