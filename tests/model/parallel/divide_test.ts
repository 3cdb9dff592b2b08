import assert from "node:assert/strict";
import fc from "fast-check";
import { divide } from "../../../model/parallel/divide.ts";

const sizes = fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 70 });
const ranks = fc.integer({ min: 1, max: 9 });

function sumsOf(sizes: readonly number[], ranks: number): number[] {
  return divide(sizes, ranks).map((part) => part.reduce((sum, place) => sum + sizes[place]!, 0));
}

Deno.test("every item falls to one rank", () => {
  fc.assert(fc.property(sizes, ranks, (sizes, ranks) => {
    const places = divide(sizes, ranks).flat().sort((a, b) => a - b);
    assert.deepEqual(places, [...sizes.keys()]);
  }));
});

Deno.test("no rank has more than another by more than one item", () => {
  fc.assert(fc.property(sizes, ranks, (sizes, ranks) => {
    const sums = sumsOf(sizes, ranks);
    assert.ok(Math.max(...sums) - Math.min(...sums) <= Math.max(0, ...sizes));
  }));
});

Deno.test("with as many items as ranks none is idle, and the first one never is", () => {
  fc.assert(fc.property(sizes, ranks, (sizes, ranks) => {
    const parts = divide(sizes, ranks);
    const busy = parts.filter(({ length }) => length > 0).length;
    assert.equal(busy, Math.min(sizes.length, ranks));
    if (sizes.length > 0) assert.ok(parts[0]!.length > 0);
  }));
});

Deno.test("tokens are balanced, not documents", () => {
  assert.deepEqual(divide([4000, 900, 1100, 1000, 1000], 2), [[0], [1, 2, 3, 4]]);
});
