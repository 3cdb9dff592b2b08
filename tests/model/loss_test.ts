import assert from "node:assert/strict";
import { type Tensor, tf } from "../../model/engine/tf.ts";
import {
  bceWithLogits,
  createLoss,
  focal,
  focalBalanced,
  type Loss,
  type LossOptions,
  taskWeights,
} from "../../model/loss.ts";
import { entryCost, plainLoss } from "../_support/plain_loss.ts";
import { onEveryEngine } from "../_support/engines.ts";
import { assertClose, assertNoLeak } from "../_support/layers.ts";

const logits = [[0, 0.5, -3], [2, -0.25, 30], [-30, 1, -1], [100, -100, 0.01]];
const targets = [[1, 0, 0], [1, 1, 1], [0, 0, 1], [0, 1, 0]];
const alpha = 0.9;
const gamma = 2;

/** Losses, and the options by which their definition is computed. */
const cases: Record<string, { loss: Loss; options: LossOptions }> = {
  "BCE": { loss: bceWithLogits, options: { name: "bce", alpha: 1, gamma: 0 } },
  "BCE, whatever α and γ": {
    loss: createLoss({ name: "bce", alpha, gamma }),
    options: { name: "bce", alpha: 1, gamma: 0 },
  },
  "focal": { loss: focal({ alpha, gamma }), options: { name: "focal", alpha, gamma } },
  "focal, γ = 1.5": {
    loss: focal({ alpha, gamma: 1.5 }),
    options: { name: "focal", alpha, gamma: 1.5 },
  },
  "focal, γ = 0": { loss: focal({ alpha, gamma: 0 }), options: { name: "focal", alpha, gamma: 0 } },
  "focal-balanced (eq. 16)": {
    loss: focalBalanced({ alpha, gamma }),
    options: { name: "focal-balanced", alpha, gamma },
  },
};

for (const [name, { loss, options }] of Object.entries(cases)) {
  onEveryEngine(`${name} agrees with its definition`, () => {
    assertNoLeak(() =>
      tf.tidy(() => {
        const values = [plainLoss(options, logits, targets)];
        const value = loss(tf.tensor2d(logits), tf.tensor2d(targets));
        assertClose(value, { shape: [], values }, 1e-5, name);
      })
    );
  });

  onEveryEngine(`the gradient of ${name} agrees with differences of its definition`, () => {
    const entries = options.name === "focal-balanced" ? logits.length : logits.flat().length;
    const h = 1e-5;
    const slope = (x: number, y: number) =>
      (entryCost(options, x + h, y) - entryCost(options, x - h, y)) / (2 * h * entries);
    assertNoLeak(() =>
      tf.tidy(() => {
        const y = tf.tensor2d(targets);
        const gradients = tf.grad((x) => loss(x as Tensor, y))(tf.tensor2d(logits))
          .arraySync() as number[][];
        logits.forEach((row, i) =>
          row.forEach((x, j) => {
            const expected = slope(x, targets[i]![j]!);
            const off = Math.abs(gradients[i]![j]! - expected);
            assert.ok(off <= 1e-5 * Math.abs(expected) + 1e-8, `at ${x}: off by ${off}`);
          })
        );
      })
    );
  });

  onEveryEngine(`${name} and its gradient are finite at logits of any size`, () => {
    tf.tidy(() => {
      const x = tf.tensor2d([[1e30, -1e30, 1e4, -1e4, 0]]);
      for (const y of [tf.zerosLike(x), tf.onesLike(x)]) {
        const { value, grad } = tf.valueAndGrad((x) => loss(x as Tensor, y))(x);
        assert.ok([...value.dataSync(), ...grad.dataSync()].every(Number.isFinite));
      }
    });
  });
}

for (
  const [tasks, expected] of [
    [["icd", "ccs"], { icd: 0.7, ccs: 1 - 0.7 }],
    [["icd"], { icd: 1, ccs: 1 }],
    [["ccs"], { icd: 1, ccs: 1 }],
  ] as const
) {
  Deno.test(`the loss of ${tasks.join(" and ")} weighs as eq. 17 says`, () => {
    const config = { name: "focal", alpha, gamma, icdWeight: 0.7 } as const;
    assert.deepEqual(taskWeights(tasks, config), expected);
  });
}
