/**
 * Typed arrays, as files and tensors hold them.
 *
 * @module
 */

/** A kind of typed arrays that are joined here. */
type Numbers = Uint8Array | Int32Array | Float32Array | Float64Array;

/**
 * Arrays one behind the other.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(joinArrays(Int32Array, [Int32Array.of(1, 2), Int32Array.of(3)]), Int32Array.of(1, 2, 3));
 * ```
 */
export function joinArrays<T extends Numbers>(
  type: new (length: number) => T,
  parts: readonly T[],
): T {
  const all = new type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
