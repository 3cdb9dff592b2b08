/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997) as PyTorch defines it: gates in the order
 * input, forget, cell, output.
 *
 *     i, f, o = σ(W x + b + U h + c)    g = tanh(W_g x + b_g + U_g h + c_g)
 *     c' = f ⊙ c + i ⊙ g                h' = o ⊙ tanh(c')
 *
 * Legend: `B` documents, `T` tokens, `H` hidden units.
 *
 * @module
 */
import { type Tensor, tf } from "../../engine/tf.ts";
import type { Cell, Sweep } from "./recurrence.ts";

/** The cell in plain tensor operations. */
export const lstmCell: Cell = { kernel: "Lstm", gates: 4, run, differentiate };

/** Saves, time-major: the gates [T, B, 4H], and the cell state before and after, [T, B, H] each. */
function run(projected: Tensor, sweep: Sweep): { hidden: Tensor; saved: Tensor[] } {
  const [steps, documents, size] = projected.shape as [number, number, number];
  const inputs = tf.unstack(projected);
  const outputs = Array.from({ length: 4 }, () => new Array<Tensor>(steps));
  let state = tf.zeros([documents, size / 4]);
  let memory = tf.zerosLike(state);
  for (const t of sweep.order) {
    const [next, gates, after] = tf.tidy(() => {
      const product = tf.add(tf.matMul(state, sweep.hidden), sweep.hiddenBias);
      const sums = tf.split(tf.add(inputs[t]!, product), 4, 1);
      const i = tf.sigmoid(sums[0]!);
      const f = tf.sigmoid(sums[1]!);
      const g = tf.tanh(sums[2]!);
      const o = tf.sigmoid(sums[3]!);
      const after = tf.mul(tf.add(tf.mul(f, memory), tf.mul(i, g)), sweep.masks[t]!);
      return [tf.mul(o, tf.tanh(after)), tf.concat([i, f, g, o], 1), after];
    });
    [next!, gates!, memory, after!].forEach((tensor, i) => outputs[i]![t] = tensor);
    state = next!;
    memory = after!;
  }
  const [hidden, ...saved] = outputs.map((list) => tf.stack(list));
  return { hidden: hidden!, saved };
}

function differentiate(
  dHidden: Tensor,
  _before: Tensor,
  [gates, memoryBefore, memoryAfter]: readonly Tensor[],
  sweep: Sweep,
): { input: Tensor; hidden: Tensor } {
  const [i, f, g, o] = tf.split(gates!, 4, 2) as [Tensor, Tensor, Tensor, Tensor];
  const slope = (gate: Tensor) => tf.mul(gate, tf.sub(1, gate));
  const squashed = tf.tanh(memoryAfter!);
  // Factors that are known before the sweep: of the hidden state's and of the cell state's gradient.
  const perOutput = tf.unstack(tf.mul(squashed, slope(o)));
  const intoMemory = tf.unstack(tf.mul(o, tf.sub(1, tf.square(squashed))));
  const perGate = [tf.mul(g, slope(i)), tf.mul(memoryBefore!, slope(f))];
  const perMemory = tf.unstack(tf.concat([...perGate, tf.mul(i, tf.sub(1, tf.square(g)))], 2));
  const forget = tf.unstack(f);
  const upstream = tf.unstack(dHidden);
  const recurrent = tf.transpose(sweep.hidden);
  const result = new Array<Tensor>(upstream.length);
  let carry = tf.zerosLike(upstream[0]!);
  let memory = tf.zerosLike(carry);
  for (const t of [...sweep.order].reverse()) {
    const step = tf.tidy(() => {
      const dState = tf.mul(tf.add(upstream[t]!, carry), sweep.masks[t]!);
      const dMemory = tf.mul(tf.add(tf.mul(dState, intoMemory[t]!), memory), sweep.masks[t]!);
      const dThree = tf.mul(tf.concat([dMemory, dMemory, dMemory], 1), perMemory[t]!);
      const dGates = tf.concat([dThree, tf.mul(dState, perOutput[t]!)], 1);
      return [dGates, tf.matMul(dGates, recurrent), tf.mul(dMemory, forget[t]!)];
    });
    [result[t], carry, memory] = step as [Tensor, Tensor, Tensor];
  }
  const stacked = tf.stack(result);
  return { input: stacked, hidden: stacked };
}
