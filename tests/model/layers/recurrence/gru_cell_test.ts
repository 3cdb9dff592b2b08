import assert from "node:assert/strict";
import { tf } from "../../../../model/engine/tf.ts";
import { gruCell } from "../../../../model/layers/recurrence/gru_cell.ts";
import { onEveryEngine } from "../../../_support/engines.ts";
import { assertClose } from "../../../_support/layers.ts";
import { oneUnitSweep, sigmoid } from "../../../_support/one_unit.ts";

/** What each gate gets from the input, and of the hidden state; in the order r, z, n. */
const fromInput = [0.5, -1, 2];
const weights = [1.5, 0.25, -0.75];
const biases = [0.1, -0.2, 0.3];

/** The hidden state after `h`, by the cell's equations. */
function next(h: number): number {
  const fromHidden = weights.map((weight, gate) => weight * h + biases[gate]!);
  const r = sigmoid(fromInput[0]! + fromHidden[0]!);
  const z = sigmoid(fromInput[1]! + fromHidden[1]!);
  const n = Math.tanh(fromInput[2]! + r * fromHidden[2]!);
  return (1 - z) * n + z * h;
}

onEveryEngine("a GRU's steps are its equations", () => {
  const projected = tf.tensor3d([...fromInput, ...fromInput], [2, 1, 3]);
  const { hidden } = gruCell.run(projected, oneUnitSweep(weights, biases, [1, 1]));
  const values = [next(0), next(next(0))];
  assertClose(hidden, { shape: [2, 1, 1], values }, 1e-6, "hidden states");
});

onEveryEngine("a GRU's state is zero on padding", () => {
  const projected = tf.tensor3d([...fromInput, ...fromInput], [2, 1, 3]);
  const { hidden } = gruCell.run(projected, oneUnitSweep(weights, biases, [1, 0]));
  assert.equal(hidden.dataSync()[1], 0);
});
