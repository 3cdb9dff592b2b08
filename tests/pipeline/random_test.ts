import assert from "node:assert/strict";
import fc from "fast-check";
import { createRandom, deriveSeed, mix32, shuffle } from "../../pipeline/random.ts";

Deno.test("a stream follows from seed, purpose and indices alone", () => {
  const draw = (seed: number, purpose: string, ...indices: number[]) => {
    const random = createRandom(seed, purpose, ...indices);
    return Array.from({ length: 8 }, () => random.uint32());
  };
  assert.deepEqual(draw(7, "batches", 3), draw(7, "batches", 3));
  const others = [draw(8, "batches", 3), draw(7, "dropout", 3), draw(7, "batches", 4)];
  for (const other of others) assert.notDeepEqual(other, draw(7, "batches", 3));
});

Deno.test("the numbers of a seed never change, since checkpoints count on them", () => {
  const random = createRandom(1, "test");
  assert.deepEqual(
    [mix32(1), deriveSeed(1, "test"), deriveSeed(2 ** 40, "test", 2 ** 33), random.uint32()],
    [2261973619, 1272605539, 1066376992, 3922405237],
  );
});

Deno.test("seeds of 32 bits and of more are all told apart", () => {
  const seeds = [0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52].map((seed) => deriveSeed(seed, "x"));
  assert.equal(new Set(seeds).size, seeds.length);
});

Deno.test("uniform numbers are in [0, 1), whole ones below their bound", () => {
  fc.assert(fc.property(fc.nat(), fc.integer({ min: 1, max: 1000 }), (seed, bound) => {
    const random = createRandom(seed, "test");
    for (let draw = 0; draw < 20; draw++) {
      const uniform = random.uniform();
      assert.ok(uniform >= 0 && uniform < 1);
      const whole = random.below(bound);
      assert.ok(Number.isInteger(whole) && whole >= 0 && whole < bound);
    }
  }));
});

Deno.test("numbers are spread evenly, normal ones with mean 0 and variance 1", () => {
  const random = createRandom(5, "test");
  const tenths = new Int32Array(10);
  for (let draw = 0; draw < 100_000; draw++) tenths[random.below(10)]!++;
  assert.ok(tenths.every((count) => Math.abs(count - 10_000) < 400), `${tenths}`);
  const normal = Array.from({ length: 100_000 }, () => random.normal());
  const mean = normal.reduce((sum, x) => sum + x) / normal.length;
  const variance = normal.reduce((sum, x) => sum + x * x, 0) / normal.length;
  assert.ok(Math.abs(mean) < 0.02 && Math.abs(variance - 1) < 0.02, `${mean} ${variance}`);
});

Deno.test("a shuffle loses nothing, in place", () => {
  fc.assert(fc.property(fc.array(fc.nat()), fc.nat(), (items, seed) => {
    const shuffled = shuffle([...items], createRandom(seed, "test"));
    assert.deepEqual(shuffled.toSorted(), items.toSorted());
  }));
  const items = Int32Array.of(1, 2, 3);
  assert.equal(shuffle(items, createRandom(1, "test")), items);
});

Deno.test("every order of three comes up as often", () => {
  const random = createRandom(9, "test");
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 6_000; draw++) {
    const order = shuffle([1, 2, 3], random).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 6);
  for (const count of counts.values()) assert.ok(Math.abs(count - 1_000) < 150, `${count}`);
});
