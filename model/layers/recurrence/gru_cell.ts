/**
 * Gated recurrent unit (Cho et al. 2014) as PyTorch and cuDNN define it: gates in the order reset,
 * update, new; the reset gate is applied after the recurrent product.
 *
 *     r = σ(W_r x + b_r + U_r h + c_r)        z = σ(W_z x + b_z + U_z h + c_z)
 *     n = tanh(W_n x + b_n + r ⊙ (U_n h + c_n))        h' = (1 − z) ⊙ n + z ⊙ h
 *
 * Legend: `B` documents, `T` tokens, `H` hidden units.
 *
 * @module
 */
import { type Tensor, tf } from "../../engine/tf.ts";
import type { Cell, Sweep } from "./recurrence.ts";

/** The cell in plain tensor operations. */
export const gruCell: Cell = { kernel: "Gru", gates: 3, run, differentiate };

/** Saves, time-major: reset and update gates [T, B, 2H], new gate and its product [T, B, H] each. */
function run(projected: Tensor, sweep: Sweep): { hidden: Tensor; saved: Tensor[] } {
  const [steps, documents, size] = projected.shape as [number, number, number];
  const units = size / 3;
  const inputs = tf.unstack(projected);
  const outputs = Array.from({ length: 4 }, () => new Array<Tensor>(steps));
  let state = tf.zeros([documents, units]);
  for (const t of sweep.order) {
    const step = tf.tidy(() => {
      const product = tf.add(tf.matMul(state, sweep.hidden), sweep.hiddenBias);
      const [inputRZ, inputN] = tf.split(inputs[t]!, [2 * units, units], 1) as [Tensor, Tensor];
      const [productRZ, q] = tf.split(product, [2 * units, units], 1) as [Tensor, Tensor];
      const rz = tf.sigmoid(tf.add(inputRZ, productRZ));
      const [r, z] = tf.split(rz, 2, 1) as [Tensor, Tensor];
      const n = tf.tanh(tf.add(inputN, tf.mul(r, q)));
      const next = tf.mul(tf.add(n, tf.mul(z, tf.sub(state, n))), sweep.masks[t]!);
      return [next, rz, n, q];
    });
    step.forEach((tensor, i) => outputs[i]![t] = tensor);
    state = step[0]!;
  }
  const [hidden, ...saved] = outputs.map((list) => tf.stack(list));
  return { hidden: hidden!, saved };
}

function differentiate(
  dHidden: Tensor,
  before: Tensor,
  [rz, n, q]: readonly Tensor[],
  sweep: Sweep,
): { input: Tensor; hidden: Tensor } {
  const [r, z] = tf.split(rz!, 2, 2) as [Tensor, Tensor];
  // Each gate's gradient is the state's times a factor that is known before the sweep.
  const perNew = tf.mul(tf.sub(1, z), tf.sub(1, tf.square(n!)));
  const perProduct = tf.mul(perNew, r);
  const perReset = tf.mul(tf.mul(perProduct, q!), tf.sub(1, r));
  const perUpdate = tf.mul(tf.sub(before, n!), tf.mul(z, tf.sub(1, z)));
  const factors = tf.unstack(tf.concat([perReset, perUpdate, perProduct], 2));
  const updates = tf.unstack(z);
  const upstream = tf.unstack(dHidden);
  const recurrent = tf.transpose(sweep.hidden);
  const states = new Array<Tensor>(factors.length);
  const gates = new Array<Tensor>(factors.length);
  let carry = tf.zerosLike(upstream[0]!);
  for (const t of [...sweep.order].reverse()) {
    const [dState, dGates, next] = tf.tidy(() => {
      const dState = tf.mul(tf.add(upstream[t]!, carry), sweep.masks[t]!);
      const dGates = tf.mul(tf.concat([dState, dState, dState], 1), factors[t]!);
      const next = tf.add(tf.mul(dState, updates[t]!), tf.matMul(dGates, recurrent));
      return [dState, dGates, next];
    });
    states[t] = dState!;
    gates[t] = dGates!;
    carry = next!;
  }
  const hidden = tf.stack(gates);
  const units = dHidden.shape[2]!;
  const input = tf.concat(
    [tf.slice(hidden, [0, 0, 0], [-1, -1, 2 * units]), tf.mul(tf.stack(states), perNew)],
    2,
  );
  return { input, hidden };
}
