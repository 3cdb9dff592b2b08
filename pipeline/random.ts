/**
 * Seeded randomness. Every stream is derived from (seed, purpose, indices), so that two consumers
 * never share one and a resumed run continues exactly; nothing calls the global generator.
 *
 * @module
 */

/** A stream of pseudo-random numbers. */
export interface Random {
  /** Next unsigned 32-bit integer. */
  uint32(): number;
  /** Next number in [0, 1), with 32 random bits. */
  uniform(): number;
  /** Next integer in [0, bound). */
  below(bound: number): number;
  /** Next standard normal deviate. */
  normal(): number;
}

/** Mixes the 32 bits of `value` so that every input bit reaches every output bit. */
export function mix32(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/**
 * Derives an unsigned 32-bit seed for one purpose.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.notEqual(deriveSeed(7, "dropout", 0), deriveSeed(7, "dropout", 1));
 * ```
 */
export function deriveSeed(seed: number, purpose: string, ...indices: number[]): number {
  let state = mix32((seed >>> 0) ^ 0x9e3779b9);
  state = mix32(state ^ (Math.floor(seed / 2 ** 32) >>> 0));
  for (let i = 0; i < purpose.length; i++) state = mix32(state ^ (purpose.charCodeAt(i) + i));
  for (const index of indices) {
    state = mix32(state ^ (index >>> 0));
    state = mix32((state + Math.floor(index / 2 ** 32)) >>> 0);
  }
  return state;
}

/** Creates the stream for (seed, purpose, indices): sfc32, seeded through {@linkcode deriveSeed}. */
export function createRandom(seed: number, purpose: string, ...indices: number[]): Random {
  const base = deriveSeed(seed, purpose, ...indices);
  let a = mix32(base + 1);
  let b = mix32(base + 2);
  let c = mix32(base + 3);
  let counter = 1;
  const uint32 = () => {
    const t = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + t) >>> 0;
    return t;
  };
  for (let i = 0; i < 12; i++) uint32();
  const uniform = () => uint32() / 2 ** 32;
  return {
    uint32,
    uniform,
    below: (bound) => Math.floor(uniform() * bound),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** Shuffles `items` in place (Fisher–Yates) and returns it. */
export function shuffle<T extends { length: number; [index: number]: unknown }>(
  items: T,
  random: Random,
): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = items[i];
    items[i] = items[j];
    items[j] = kept;
  }
  return items;
}
