/** Hand-written gradients against differences, along random directions of input and weights. */
import assert from "node:assert/strict";
import { type Tensor, tf } from "../../../model/engine/tf.ts";
import { createBatchNorm } from "../../../model/layers/batch_norm.ts";
import { createConv } from "../../../model/layers/conv.ts";
import { createGru, createLstm } from "../../../model/layers/recurrence/recurrent.ts";
import { createNormGate } from "../../../model/layers/norm_gate.ts";
import { createNormTanhConv } from "../../../model/layers/norm_conv.ts";
import type { TokenBatch } from "../../../model/model.ts";
import { assignValues, Weights, type WeightScope } from "../../../model/layers/weights.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { batchOf, disposeBatch, gradientsOf, noise } from "../../_support/layers.ts";

const mode = { training: true, seed: 0 };

/** Layers from [B, T, 4]. */
const layers: Record<string, (scope: WeightScope) => (x: Tensor, batch: TokenBatch) => Tensor> = {
  gru: (scope) => createGru(scope, 4, 5, { bidirectional: true }),
  lstm: (scope) => createLstm(scope, 4, 5, { bidirectional: true }),
  conv: (scope) => createConv(scope, 4, 6, { kernel: 4, padding: 2, bias: true }),
  "transposed conv": (scope) => createConv(scope, 4, 6, { kernel: 3, transposed: true }),
  "batch norm with tanh": (scope) => {
    const norm = createBatchNorm(scope, 4, { tanh: true });
    return (x, { mask }) => norm(x, mask, mode);
  },
  "norm and conv": (scope) => {
    const layer = createNormTanhConv(
      { norm: scope.scope("norm"), conv: scope.scope("conv") },
      4,
      6,
      { kernel: 3 },
    );
    return (x, batch) => layer(x, batch, mode);
  },
  "norm and gate": (scope) => {
    const gate = createNormGate(scope, 4);
    return (x, batch) => gate(x, x, batch, mode); // x is both sides, so that both gradients count
  },
};

for (const [name, create] of Object.entries(layers)) {
  onEveryEngine(`${name}: the gradient agrees with differences`, () => {
    const weights = new Weights(1);
    const layer = create(weights.scope("layer"));
    const batch = batchOf([5, 1, 8]);
    tf.tidy(() => {
      const x = noise([3, 8, 4], 1, batch.mask);
      const dy = noise(layer(x, batch).shape, 2);
      const objective = (x: Tensor) => tf.sum(tf.mul(layer(x, batch), dy)).dataSync()[0]!;
      const { dx, weights: gradients } = gradientsOf((x) => layer(x, batch), x, dy, weights);
      const step = 2e-3;

      const along = noise(x.shape, 3, batch.mask);
      const shifted = (sign: number) => objective(tf.add(x, tf.mul(along, sign * step)));
      check("x", dx, along, (shifted(1) - shifted(-1)) / (2 * step));

      for (const weight of weights.trainable()) {
        const start = weight.variable.dataSync<"float32">().slice();
        const direction = noise(weight.variable.shape, 4);
        const values = direction.dataSync();
        const moved = (sign: number) => {
          assignValues(weight, start.map((value, i) => value + sign * step * values[i]!));
          return objective(x);
        };
        const difference = (moved(1) - moved(-1)) / (2 * step);
        assignValues(weight, start);
        const short = weight.name.slice("layer.".length);
        check(short, gradients[short]!, direction, difference);
      }
    });
    disposeBatch(batch);
    weights.dispose();
  });
}

function check(what: string, gradient: Tensor, direction: Tensor, difference: number): void {
  const slope = tf.sum(tf.mul(gradient, direction)).dataSync()[0]!;
  const scale = Math.max(1, Math.abs(slope));
  assert.ok(Math.abs(slope - difference) < 1e-2 * scale, `${what}: ${slope}, not ${difference}`);
}
