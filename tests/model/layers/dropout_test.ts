import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { dropout } from "../../../model/layers/dropout.ts";
import { tf } from "../../../model/engine/tf.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertClose, assertNoLeak } from "../../_support/layers.ts";

onEveryEngine("dropout drops the same elements on every engine", () => {
  assertNoLeak(() =>
    tf.tidy(() => {
      const y = dropout(tf.ones([17, 19, 31]), 0.2, 0xdeadbeef).dataSync();
      const dropped = Uint8Array.from(y, (value) => value === 0 ? 1 : 0);
      // Origin: this test's first run; it holds the hash in place, which resumed runs depend on.
      assert.equal(
        createHash("sha256").update(dropped).digest("hex").slice(0, 16),
        "2e29ab00cf3bd11b",
      );
      assert.ok(y.every((value) => value === 0 || value === Math.fround(1.25)));
    })
  );
});

onEveryEngine("dropout drops at its rate, differently per seed, and evenly over elements", () => {
  tf.tidy(() => {
    const size = 100_000;
    const draw = (seed: number) => dropout(tf.ones([size]), 0.3, seed).dataSync();
    const first = draw(1), second = draw(2);
    const rate = (values: Iterable<boolean>) => {
      const list = [...values];
      return list.filter(Boolean).length / list.length;
    };
    const dropped = [...first].map((value) => value === 0);
    assert.ok(Math.abs(rate(dropped) - 0.3) < 0.01);
    const both = dropped.map((value, i) => value && second[i] === 0);
    const neighbours = dropped.map((value, i) => value && dropped[i - 1] === true);
    assert.ok(Math.abs(rate(both) - 0.09) < 0.01, "two seeds are independent");
    assert.ok(Math.abs(rate(neighbours) - 0.09) < 0.01, "neighbours are independent");
  });
});

onEveryEngine("dropout's gradient passes through the same elements", () => {
  tf.tidy(() => {
    const x = tf.ones([8, 50]);
    const gradient = tf.grad((x) => tf.sum(dropout(x, 0.4, 7)))(x);
    assertClose(gradient, dropout(x, 0.4, 7), 0, "gradient");
    assert.equal(dropout(x, 0, 7), x);
  });
});
