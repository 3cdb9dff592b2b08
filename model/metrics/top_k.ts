/**
 * The largest numbers of a list.
 *
 * @module
 */

/**
 * Indices of the `k` largest of `values`, the largest first, equal ones by index.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...topK(Float32Array.of(.1, .7, .3, .7), 3)], [1, 3, 2]);
 * ```
 */
export function topK(values: Float32Array, k: number): Int32Array {
  const size = Math.min(k, values.length), best = new Int32Array(size);
  let found = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (found === size && !(value > values[best[size - 1]!]!)) continue;
    let at = found < size ? found++ : size - 1;
    for (; at > 0 && values[best[at - 1]!]! < value; at--) best[at] = best[at - 1]!;
    best[at] = index;
  }
  return best;
}
