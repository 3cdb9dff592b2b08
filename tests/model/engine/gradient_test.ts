import assert from "node:assert/strict";
import { withGradient } from "../../../model/engine/gradient.ts";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { assertNoLeak } from "../../_support/layers.ts";

/** x², which keeps x; `seen` is told of what its backward pass is given. */
function square(
  x: Tensor,
  seen: (dy: Tensor, saved: readonly Tensor[]) => void = () => {},
): Tensor {
  return withGradient(
    [x],
    () => ({ value: tf.square(x), saved: [x] }),
    (dy, saved) => {
      seen(dy, saved);
      return [tf.mul(dy, tf.mul(saved[0]!, 2))];
    },
  );
}

onEveryEngine("the value is the forward pass's", () => {
  assert.deepEqual([...square(tf.tensor1d([1, -3])).dataSync()], [1, 9]);
});

onEveryEngine("the gradient is the backward pass's, of the result's gradient", () => {
  const gradient = tf.grad((x) => square(x))(tf.tensor1d([1, -3]), tf.tensor1d([10, 100]));
  assert.deepEqual([...gradient.dataSync()], [20, -600]);
});

onEveryEngine("every input has its own gradient, in order", () => {
  const product = (a: Tensor, b: Tensor) =>
    withGradient(
      [a, b],
      () => ({ value: tf.mul(a, b), saved: [a, b] }),
      (dy, [a, b]) => [tf.mul(dy, b!), tf.mul(dy, a!)],
    );
  const gradients = tf.grads(product)([tf.scalar(3), tf.scalar(5)]);
  assert.deepEqual(gradients.map((gradient) => gradient.dataSync()[0]), [5, 3]);
});

onEveryEngine("both passes leave nothing behind but the gradient", () => {
  const x = tf.tensor1d([1, 2]);
  assertNoLeak(() => {
    const wasteful = (x: Tensor) =>
      withGradient(
        [x],
        () => ({ value: tf.neg(tf.neg(tf.square(x))), saved: [tf.mul(x, 2)] }),
        (dy, [twice]) => [tf.mul(tf.neg(tf.neg(dy)), twice!)],
      );
    tf.grad((x) => wasteful(square(x)))(x).dispose();
  });
});

onEveryEngine("what one backward pass was kept for is free before the next one runs", () => {
  let kept: readonly Tensor[] = [];
  let freed: boolean | undefined;
  tf.grad((x) => {
    const first = square(x, () => freed = kept.every((tensor) => tensor.isDisposed));
    return square(first, (_, saved) => kept = saved);
  })(tf.tensor1d([1, 2]));
  assert.equal(kept.length, 1);
  assert.equal(freed, true);
});

onEveryEngine(
  "a gradient that has been passed on is free before the next backward pass runs",
  () => {
    let passed: Tensor | undefined;
    let freed: boolean | undefined;
    tf.grad((x) => {
      const first = square(x, () => freed = passed?.isDisposed);
      const second = square(first, (dy) => passed = dy);
      return square(second);
    })(tf.tensor1d([1, 2]));
    assert.equal(freed, true);
  },
);

onEveryEngine("the caller's own gradient is left to the caller", () => {
  const dy = tf.tensor1d([1, 1]);
  tf.grad((x) => square(x))(tf.tensor1d([1, 2]), dy);
  assert.equal(dy.isDisposed, false);
});

onEveryEngine("a gradient that is passed on as it is lives on", () => {
  const same = (x: Tensor) =>
    withGradient([x], () => ({ value: tf.clone(x), saved: [] }), (dy) => [dy]);
  const gradient = tf.grad((x) => square(same(square(x))))(tf.tensor1d([1, 2]));
  assert.deepEqual([...gradient.dataSync()], [4, 32]); // of x⁴
});
