/**
 * What all ranks have as the first one has it: where training starts, and weights.
 *
 * @module
 */
import type { TensorData } from "../../pipeline/files/safetensors.ts";
import { type Tensor, tf, type Variable } from "../engine/tf.ts";
import type { Weights } from "../layers/weights.ts";
import { type Communicator, shareText } from "../parallel/communicator.ts";
import type { Learner } from "./step.ts";
import { parseTrainState, type TrainState } from "./train_state.ts";

/**
 * The first rank's state; weights and optimiser become the first rank's, too.
 *
 * @param start the first rank's; those of others are not looked at.
 */
export async function shareStart(
  ranks: Communicator,
  { model, optimizer }: Pick<Learner, "model" | "optimizer">,
  start: TrainState,
): Promise<TrainState> {
  if (ranks.size === 1) return start;
  await shareWeights(ranks, model.weights);
  const state = new Map<string, TensorData>();
  for (const [name, tensor] of optimizer.state()) {
    state.set(name, { dtype: "F32", shape: tensor.shape, data: await shareValues(ranks, tensor) });
  }
  optimizer.restore(state, "the first rank");
  return parseTrainState(await shareText(ranks, JSON.stringify(start)), "the first rank");
}

/**
 * Makes all weights the first rank's: batch norm's statistics, which each rank has of its own documents,
 * and the trained ones, which processors of several kinds may round apart.
 */
export async function shareWeights(ranks: Communicator, weights: Weights): Promise<void> {
  if (ranks.size === 1) return;
  for (const { variable } of weights.all()) {
    assign(variable, await shareValues(ranks, variable));
  }
}

async function shareValues(ranks: Communicator, tensor: Tensor): Promise<Float32Array> {
  const values = Float32Array.from(await tensor.data<"float32">());
  await ranks.broadcast(new Uint8Array(values.buffer)).done();
  return values;
}

function assign(variable: Variable, values: Float32Array): void {
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}
