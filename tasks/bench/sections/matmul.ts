/**
 * How fast the engine multiplies matrices: what a model's speed is held against.
 *
 * @module
 */
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { createRandom } from "../../../pipeline/random.ts";
import { timeRuns } from "../measure.ts";

/** The largest rate, in FLOP/s, of a model's products over `tokens` tokens and of a square one. */
export async function measureMatmul(tokens: number): Promise<number> {
  const shapes = [[tokens, 1800, 300], [tokens, 600, 600], [2048, 1024, 1024]] as const;
  let best = 0;
  for (const [rows, inner, columns] of shapes) {
    const a = noiseOf([rows, inner]), b = noiseOf([inner, columns]);
    const seconds = await timeRuns(3, () => tf.tidy(() => readOne(tf.matMul(a, b))));
    tf.dispose([a, b]);
    best = Math.max(best, 2 * rows * inner * columns / Math.min(...seconds));
  }
  return best;
}

/** Waits for a tensor by reading one element of it. */
export function readOne(x: Tensor): void {
  tf.tidy(() => void tf.slice(tf.reshape(x, [-1]), [0], [1]).dataSync());
}

/** Uniform deviates from −½ to ½. */
export function noiseOf(shape: readonly number[]): Tensor {
  const random = createRandom(3, "bench noise");
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => random.uniform() - 0.5), [...shape]);
}
