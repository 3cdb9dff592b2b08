/**
 * How weights start. Fans follow PyTorch: for a shape [out, in, ...kernel], fan-in is in × kernel and
 * fan-out is out × kernel. A vector has none: a bias starts by the fan-in of its weight.
 *
 * @module
 */
import type { Initializer } from "./weights.ts";

/** All zeros. */
export const zeros: Initializer = (values): void => void values.fill(0);

/** All ones. */
export const ones: Initializer = (values): void => void values.fill(1);

/** U(−bound, bound). */
export function uniform(bound: number): Initializer {
  return (values, _shape, random) => {
    for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * bound;
  };
}

/** N(0, deviation²). */
export function normal(deviation: number): Initializer {
  return (values, _shape, random) => {
    for (let i = 0; i < values.length; i++) values[i] = random.normal() * deviation;
  };
}

/** Xavier-uniform (Glorot and Bengio 2010): U(±√(6 / (fan-in + fan-out))). */
export const xavierUniform: Initializer = (values, shape, random) => {
  const [fanIn, fanOut] = fans(shape);
  uniform(Math.sqrt(6 / (fanIn + fanOut)))(values, shape, random);
};

/** PyTorch's default for linear and convolution weights: U(±1/√fan-in). */
export const fanInUniform: Initializer = (values, shape, random) => {
  uniform(1 / Math.sqrt(fans(shape)[0]))(values, shape, random);
};

/** Given values, copied. Throws when their number is not that of the shape. */
export function constant(source: Float32Array): Initializer {
  return (values, shape) => {
    if (source.length !== values.length) {
      throw new Error(
        `initialising [${shape}]: ${source.length} values given, not ${values.length}`,
      );
    }
    values.set(source);
  };
}

function fans(shape: readonly number[]): [number, number] {
  const [out, input, ...kernel] = shape;
  if (out === undefined || input === undefined) {
    throw new Error(`initialising [${shape}]: it has no fans; expected [out, in, ...kernel]`);
  }
  const taps = kernel.reduce((product, size) => product * size, 1);
  return [input * taps, out * taps];
}
