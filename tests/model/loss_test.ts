import assert from "node:assert/strict";
import { type Tensor, tf } from "../../model/engine/tf.ts";
import { bceWithLogits, createLoss, focal, focalBalanced, type Loss } from "../../model/loss.ts";
import { onEveryEngine } from "../_support/engines.ts";
import { assertNoLeak } from "../_support/layers.ts";

const logits = [[0, 0.5, -3], [2, -0.25, 30], [-30, 1, -1], [100, -100, 0.01]];
const targets = [[1, 0, 0], [1, 1, 1], [0, 0, 1], [0, 1, 0]];
const alpha = 0.9, gamma = 2;

/** The definitions, in double precision. */
const references: Record<string, { loss: Loss; entry: (x: number, y: number) => number }> = {
  bce: { loss: bceWithLogits, entry: (x, y) => bce(x, y) / 12 },
  focal: {
    loss: focal({ alpha, gamma }),
    entry: (x, y) => alpha * miss(x, y) ** gamma * bce(x, y) / 12,
  },
  "focal, γ = 1.5": {
    loss: focal({ alpha, gamma: 1.5 }),
    entry: (x, y) => alpha * miss(x, y) ** 1.5 * bce(x, y) / 12,
  },
  "focal-balanced": {
    loss: focalBalanced({ alpha, gamma }),
    entry: (x, y) => (y ? alpha : 1 - alpha) * miss(x, y) ** gamma * bce(x, y) / 4,
  },
};

function bce(x: number, y: number): number {
  const z = y ? x : -x;
  return Math.max(-z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

/** 1 − p_t. */
function miss(x: number, y: number): number {
  return 1 / (1 + Math.exp(y ? x : -x));
}

for (const [name, { loss, entry }] of Object.entries(references)) {
  onEveryEngine(`${name} and its gradient agree with the definition`, () => {
    assertNoLeak(() =>
      tf.tidy(() => {
        const y = tf.tensor2d(targets);
        const { value, grad } = tf.valueAndGrad((x) => loss(x as Tensor, y))(tf.tensor2d(logits));
        const gradients = grad.arraySync() as number[][];
        let sum = 0;
        logits.forEach((row, i) =>
          row.forEach((x, j) => {
            const y = targets[i]![j]!, h = 1e-5;
            sum += entry(x, y);
            const expected = (entry(x + h, y) - entry(x - h, y)) / (2 * h);
            const actual = gradients[i]![j]!;
            assert.ok(
              Math.abs(actual - expected) <= 1e-5 * Math.abs(expected) + 1e-8,
              `${x}, ${y}`,
            );
          })
        );
        assert.ok(Math.abs(value.dataSync()[0]! - sum) <= 1e-5 * sum);
      })
    );
  });
}

onEveryEngine("a configuration's loss is the one that it names", () => {
  tf.tidy(() => {
    const x = tf.tensor2d(logits), y = tf.tensor2d(targets);
    const losses = { bce: bceWithLogits, focal: focal({ alpha, gamma }) };
    for (const name of ["bce", "focal"] as const) {
      const [expected] = losses[name](x, y).dataSync();
      assert.equal(createLoss({ name, alpha, gamma })(x, y).dataSync()[0], expected);
    }
    const [balanced] = focalBalanced({ alpha, gamma })(x, y).dataSync();
    const chosen = createLoss({ name: "focal-balanced", alpha, gamma });
    assert.equal(chosen(x, y).dataSync()[0], balanced);
  });
});
