import assert from "node:assert/strict";
import { tf } from "../../../../model/engine/tf.ts";
import { lstmCell } from "../../../../model/layers/recurrence/lstm_cell.ts";
import { onEveryEngine } from "../../../_support/engines.ts";
import { assertClose } from "../../../_support/layers.ts";
import { oneUnitSweep, sigmoid } from "../../../_support/one_unit.ts";

/** What each gate gets from the input, and of the hidden state; in the order i, f, g, o. */
const fromInput = [0.5, -1, 2, 0.25];
const weights = [1.5, 0.25, -0.75, -1];
const biases = [0.1, -0.2, 0.3, 0.5];

/** Hidden and cell state after `h` and `c`, by the cell's equations. */
function next([h, c]: readonly [number, number]): [number, number] {
  const sums = fromInput.map((x, gate) => x + weights[gate]! * h + biases[gate]!);
  const [i, f, o] = [sigmoid(sums[0]!), sigmoid(sums[1]!), sigmoid(sums[3]!)];
  const memory = f * c + i * Math.tanh(sums[2]!);
  return [o * Math.tanh(memory), memory];
}

onEveryEngine("an LSTM's steps are its equations", () => {
  const projected = tf.tensor3d([...fromInput, ...fromInput], [2, 1, 4]);
  const { hidden } = lstmCell.run(projected, oneUnitSweep(weights, biases, [1, 1]));
  const first = next([0, 0]);
  const values = [first[0], next(first)[0]];
  assertClose(hidden, { shape: [2, 1, 1], values }, 1e-6, "hidden states");
});

onEveryEngine("an LSTM's state is zero on padding", () => {
  const projected = tf.tensor3d([...fromInput, ...fromInput], [2, 1, 4]);
  const { hidden } = lstmCell.run(projected, oneUnitSweep(weights, biases, [1, 0]));
  assert.equal(hidden.dataSync()[1], 0);
});
