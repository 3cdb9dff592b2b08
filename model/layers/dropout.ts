/**
 * Dropout (Srivastava et al. 2014) whose mask is a hash of (seed, element index): the same bits on
 * every engine, and nothing to keep for the backward pass but the seed.
 *
 * @module
 */
import { deriveSeed, mix32 } from "../../pipeline/random.ts";
import { withGradient } from "../engine/gradient.ts";
import { nativeKernels, nativeOp } from "../engine/kernels.ts";
import { type Tensor, tf } from "../engine/tf.ts";
import type { Mode } from "./positions.ts";

/**
 * Seeds of one dropout, 32-bit: one of all of x, or one of each of its rows, whose elements then count
 * from 0.
 */
export type DropoutSeeds = number | Int32Array;

/**
 * The seeds of one use of dropout in this step: one, or one a row where the rows draw by themselves.
 *
 * @param purpose tells this use from others: `dropout <name>`.
 */
export function dropoutSeeds(
  { seed, draws }: Pick<Mode, "seed" | "draws">,
  purpose: string,
  ...indices: number[]
): DropoutSeeds {
  const own = deriveSeed(seed, purpose, ...indices);
  return draws?.map((draw) => deriveSeed(own, "row", draw)) ?? own;
}

/**
 * Zeroes each element of `x` with probability `rate` and multiplies the others by 1 / (1 − rate).
 * A rate of 0 returns `x` itself.
 *
 * @param seeds of this use in this step: {@linkcode dropoutSeeds}.
 */
export function dropout(x: Tensor, rate: number, seeds: DropoutSeeds): Tensor {
  if (rate === 0) return x;
  const rows = typeof seeds === "number" ? Int32Array.of(seeds) : seeds;
  const apply = (input: Tensor) =>
    nativeDropout(input, rate, rows) ?? tf.mul(input, hostMask(input.shape, rate, rows));
  return withGradient([x], () => ({ value: apply(x), saved: [] }), (dy) => [apply(dy)]);
}

function nativeDropout(x: Tensor, rate: number, seeds: Int32Array): Tensor | undefined {
  if (!nativeKernels()) return undefined;
  const inputs = [tf.reshape(x, [seeds.length, -1]), tf.tensor1d(seeds, "int32")];
  const [y] = nativeOp("Dropout", { rate }, inputs, 1)!;
  return tf.reshape(y!, x.shape);
}

/** The multiplier of every element: 0 or 1 / (1 − rate). */
function hostMask(shape: number[], rate: number, seeds: Int32Array): Tensor {
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  const size = values.length / seeds.length; // of a row
  const share = Math.fround(rate); // as the kernel gets it
  const threshold = Math.floor(share * 2 ** 32); // hashes below it are dropped
  const kept = 1 / (1 - share);
  seeds.forEach((seed, row) => {
    for (let i = 0; i < size; i++) {
      if (mix32(mix32(i ^ seed) + seed) >= threshold) values[row * size + i] = kept;
    }
  });
  return tf.tensor(values, shape);
}
