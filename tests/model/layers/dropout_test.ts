import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { withoutNative } from "../../../model/engine/kernels.ts";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { dropout, dropoutSeeds } from "../../../model/layers/dropout.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { onNativeKernels } from "../../_support/kernels.ts";
import { assertClose, assertNoLeak, noise } from "../../_support/layers.ts";

onEveryEngine("dropout drops the same elements on every engine and at any time", () => {
  const y = dropout(tf.ones([17, 19, 31]), 0.2, 0xdeadbeef).dataSync();
  const dropped = Uint8Array.from(y, (value) => value === 0 ? 1 : 0);
  // Origin: this test's first run; it holds the hash in place, which resumed runs depend on.
  const digest = createHash("sha256").update(dropped).digest("hex").slice(0, 16);
  assert.equal(digest, "2e29ab00cf3bd11b");
});

onEveryEngine("dropout keeps the expectation: what is not dropped is divided by 1 − rate", () => {
  const y = dropout(tf.ones([1000]), 0.2, 1).dataSync();
  assert.deepEqual(new Set(y), new Set([0, Math.fround(1.25)]));
});

/** Which of 100,000 elements are dropped at a rate of 0.3. */
function dropped(seed: number): boolean[] {
  const y = tf.tidy(() => dropout(tf.ones([100_000]), 0.3, seed).dataSync());
  return Array.from(y, (value) => value === 0);
}

function assertShare(hits: readonly boolean[], expected: number): void {
  const share = hits.filter(Boolean).length / hits.length;
  assert.ok(Math.abs(share - expected) < 0.01, `${share}, expected ${expected}`);
}

onEveryEngine("dropout drops at its rate", () => assertShare(dropped(1), 0.3));

onEveryEngine("dropout of two seeds is independent", () => {
  const other = dropped(2);
  assertShare(dropped(1).map((hit, i) => hit && other[i]!), 0.09);
});

onEveryEngine("dropout of neighbours is independent", () => {
  const hits = dropped(1);
  assertShare(hits.map((hit, i) => hit && hits[i - 1] === true), 0.09);
});

onEveryEngine("where rows draw by themselves, a row's draws are the same in any company", () => {
  const row = (x: Tensor, at: number) => [...tf.gather(x, [at]).dataSync()];
  const rows = dropout(tf.ones([3, 7, 31]), 0.4, Int32Array.of(5, -6, 7));
  const others = dropout(tf.ones([2, 7, 31]), 0.4, Int32Array.of(-6, 9));
  assert.deepEqual(row(rows, 1), row(others, 0));
  assert.notDeepEqual(row(rows, 0), row(rows, 1));
});

onEveryEngine("a row by itself draws as a whole does from its seed", () => {
  const one = dropout(tf.ones([1, 217]), 0.4, Int32Array.of(5)).dataSync();
  assert.deepEqual(one, dropout(tf.ones([7, 31]), 0.4, 5).dataSync());
});

Deno.test("every row has a seed that its step, its use and what tells it from others decide", () => {
  const draws = Int32Array.of(4, 11);
  const seeds = dropoutSeeds({ seed: 1, draws }, "dropout a") as Int32Array;
  assert.equal(seeds.length, 2);
  const changed = [
    dropoutSeeds({ seed: 2, draws }, "dropout a"),
    dropoutSeeds({ seed: 1, draws }, "dropout b"),
    dropoutSeeds({ seed: 1, draws }, "dropout a", 3),
  ] as Int32Array[];
  assert.equal(new Set([seeds, ...changed].flatMap((it) => [...it])).size, 8);
  const alone = dropoutSeeds({ seed: 1, draws: Int32Array.of(11) }, "dropout a");
  assert.deepEqual([...alone as Int32Array], [seeds[1]]);
});

onEveryEngine("dropout's gradient passes through the same elements", () => {
  const x = tf.ones([8, 50]);
  const gradient = tf.grad((x) => tf.sum(dropout(x, 0.4, 7)))(x);
  assertClose(gradient, dropout(x, 0.4, 7), 0, "gradient");
});

onEveryEngine("dropout at a rate of 0 returns what it is given", () => {
  const x = tf.ones([8, 50]);
  assert.equal(dropout(x, 0, 7), x);
});

onEveryEngine("dropout leaves nothing behind", () => {
  const x = tf.ones([8, 50]);
  assertNoLeak(() => tf.tidy(() => void tf.grad((x) => dropout(x, 0.4, 7))(x)));
});

onNativeKernels("the dropout kernel gives its twin's bits", () => {
  for (const shape of [[1], [15, 3], [3, 33, 700]]) {
    for (const seed of [0, 0x80000000, 0xffffffff]) {
      tf.tidy(() => {
        const x = noise(shape, 1);
        const native = dropout(x, 0.35, seed);
        const twin = withoutNative(() => dropout(x, 0.35, seed));
        assert.deepEqual(native.dataSync(), twin.dataSync());
      });
    }
  }
});
