import assert from "node:assert/strict";
import { type Tensor, tf } from "../../model/engine/tf.ts";
import { createLoss, type LossOptions, taskWeights } from "../../model/loss.ts";
import { entryCost, plainLoss } from "../_support/plain_loss.ts";
import { onEveryEngine } from "../_support/engines.ts";
import { assertClose, assertNoLeak } from "../_support/layers.ts";

const logits = [[0, 0.5, -3], [2, -0.25, 30], [-30, 1, -1], [100, -100, 0.01]];
const targets = [[1, 0, 0], [1, 1, 1], [0, 0, 1], [0, 1, 0]];
const alpha = 0.9;
const gamma = 2;

/** Losses, each by the options that it is created with. */
const cases: Record<string, LossOptions> = {
  "BCE": { name: "bce", alpha: 1, gamma: 0 },
  "BCE, whatever α and γ": { name: "bce", alpha, gamma },
  "focal": { name: "focal", alpha, gamma },
  "focal, γ = 1.5": { name: "focal", alpha, gamma: 1.5 },
  "focal, γ = 0": { name: "focal", alpha, gamma: 0 },
  "focal-balanced (eq. 16)": { name: "focal-balanced", alpha, gamma },
};

for (const [name, options] of Object.entries(cases)) {
  const loss = createLoss(options);

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
