import assert from "node:assert/strict";
import { type Tensor, tf } from "../../model/engine/tf.ts";
import {
  bceWithLogits,
  createLoss,
  focal,
  focalBalanced,
  type Loss,
  type LossOptions,
} from "../../model/loss.ts";
import { entryCost, plainLoss } from "../_support/plain_loss.ts";
import { onEveryEngine } from "../_support/engines.ts";
import { assertNoLeak } from "../_support/layers.ts";

const logits = [[0, 0.5, -3], [2, -0.25, 30], [-30, 1, -1], [100, -100, 0.01]];
const targets = [[1, 0, 0], [1, 1, 1], [0, 0, 1], [0, 1, 0]];
const alpha = 0.9, gamma = 2;

const cases: Record<string, { loss: Loss; options: LossOptions }> = {
  bce: { loss: bceWithLogits, options: { name: "bce", alpha: 1, gamma: 0 } },
  focal: { loss: focal({ alpha, gamma }), options: { name: "focal", alpha, gamma } },
  "focal, γ = 1.5": {
    loss: focal({ alpha, gamma: 1.5 }),
    options: { name: "focal", alpha, gamma: 1.5 },
  },
  "focal, γ = 0": { loss: focal({ alpha, gamma: 0 }), options: { name: "focal", alpha, gamma: 0 } },
  "focal-balanced": {
    loss: focalBalanced({ alpha, gamma }),
    options: { name: "focal-balanced", alpha, gamma },
  },
};

for (const [name, { loss, options }] of Object.entries(cases)) {
  onEveryEngine(`${name} and its gradient agree with the definition`, () => {
    assertNoLeak(() =>
      tf.tidy(() => {
        const y = tf.tensor2d(targets);
        const { value, grad } = tf.valueAndGrad((x) => loss(x as Tensor, y))(tf.tensor2d(logits));
        const gradients = grad.arraySync() as number[][];
        const entries = options.name === "focal-balanced" ? logits.length : logits.flat().length;
        logits.forEach((row, i) =>
          row.forEach((x, j) => {
            const y = targets[i]![j]!;
            const h = 1e-5;
            const rise = entryCost(options, x + h, y) - entryCost(options, x - h, y);
            const expected = rise / (2 * h * entries);
            const actual = gradients[i]![j]!;
            assert.ok(
              Math.abs(actual - expected) <= 1e-5 * Math.abs(expected) + 1e-8,
              `${x}, ${y}`,
            );
          })
        );
        const expected = plainLoss(options, logits, targets);
        assert.ok(Math.abs(value.dataSync()[0]! - expected) <= 1e-5 * expected);
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
