/**
 * The self-check that decides whether layers may take cuDNN's recurrence: it was written without a
 * device at hand, so each process that has one compares it with plain operations before using it.
 *
 * Legend: `B` documents, `T` tokens, `E` input size, `H` hidden units, `G` gates, `D` directions.
 *
 * @module
 */
import { createRandom, type Random } from "../../../pipeline/random.ts";
import { executeOperation, type Executor } from "../../engine/operation.ts";
import { type Tensor, tf } from "../../engine/tf.ts";
import { createPositions, type Positions } from "../positions.ts";
import { cudnnRecurrence } from "./cudnn.ts";
import { gruCell } from "./gru_cell.ts";
import { lstmCell } from "./lstm_cell.ts";
import { plainRecurrence } from "./plain.ts";
import type { DirectionWeights, Recurrence, RecurrentLayer } from "./recurrence.ts";

/** Largest difference that is let pass, of each tensor's largest magnitude. */
const TOLERANCE = 1e-4;

/** Mixed lengths, in no order; padding must not be read. */
const LENGTHS = Int32Array.of(2, 5, 1);
const WIDTH = 5;
const INPUT_SIZE = 3;
const HIDDEN = 4;

/** The recurrence that layers are to take on a device. */
export interface CheckedRecurrence {
  /** cuDNN's, or plain operations. */
  readonly recurrence: Recurrence;
  /** Which one it is, and why, in words for the log. */
  readonly description: string;
}

/**
 * Runs small GRUs and LSTMs in cuDNN, through `execute`, and in plain operations on tfjs's current
 * backend. Layers are to take cuDNN if hidden states and all gradients agree to 1e-4 of each tensor's
 * largest magnitude; if they do not, or cuDNN raises any error, plain operations.
 */
export function checkCudnn(execute: Executor = executeOperation): CheckedRecurrence {
  const cudnn = cudnnRecurrence(execute);
  const refusal = refuse(cudnn);
  return refusal === undefined ? { recurrence: cudnn, description: "recurrence: cuDNN" } : {
    recurrence: plainRecurrence,
    description: `recurrence: plain operations (cuDNN ${refusal})`,
  };
}

function refuse(cudnn: Recurrence): string | undefined {
  try {
    const difference = compareRecurrences(cudnn, plainRecurrence);
    return difference <= TOLERANCE ? undefined : `differs by ${difference.toExponential(1)}`;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return `is unavailable: ${message.replaceAll(/\s+/g, " ").slice(0, 200)}`;
  }
}

/**
 * Largest difference between two ways of computing the hidden states and all gradients of a GRU and an
 * LSTM, each in one and in both directions, in parts of each tensor's largest magnitude in `expected`.
 * Infinite where a value is not a number.
 */
export function compareRecurrences(actual: Recurrence, expected: Recurrence): number {
  const differences = [gruCell, lstmCell].flatMap((cell) =>
    [1, 2].map((directions) =>
      tf.tidy(() => {
        const random = createRandom(1, `cuDNN check ${cell.kernel}`, directions);
        const weights = Array.from({ length: directions }, () => drawWeights(random, cell.gates));
        const layer = { cell, weights, frozenInput: false };
        const batch = createPositions(LENGTHS, WIDTH);
        const x = draw(random, [LENGTHS.length, WIDTH, INPUT_SIZE]);
        const dy = draw(random, [LENGTHS.length, WIDTH, directions * HIDDEN]);
        const [ours, theirs] = [actual, expected].map((way) => run(way, layer, x, dy, batch));
        return Math.max(...theirs!.map((tensor, i) => relativeDifference(ours![i]!, tensor)));
      })
    )
  );
  return Math.max(...differences);
}

/** Hidden states, the input's gradient and the weights' gradients. */
function run(
  recurrence: Recurrence,
  layer: RecurrentLayer,
  x: Tensor,
  dy: Tensor,
  batch: Positions,
): Tensor[] {
  const { value, saved } = recurrence.forward(layer, x, batch);
  const { dx, weights } = recurrence.backward(layer, dy, saved, batch);
  return [value, dx!, ...weights];
}

function relativeDifference(actual: Tensor, expected: Tensor): number {
  tf.util.assertShapesMatch(actual.shape, expected.shape, "checking cuDNN: ");
  const values = actual.dataSync();
  const wanted = expected.dataSync();
  let largest = 0;
  let worst = 0;
  wanted.forEach((value, i) => {
    const difference = Math.abs(values[i]! - value);
    largest = Math.max(largest, Math.abs(value));
    worst = Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
  });
  return worst / largest;
}

function drawWeights(random: Random, gates: number): DirectionWeights {
  const rows = gates * HIDDEN;
  return {
    input: draw(random, [rows, INPUT_SIZE]),
    hidden: draw(random, [rows, HIDDEN]),
    inputBias: draw(random, [rows]),
    hiddenBias: draw(random, [rows]),
  };
}

/** Normal values of deviation ½: large enough that every gate leaves its middle. */
function draw(random: Random, shape: number[]): Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(Float32Array.from({ length: size }, () => 0.5 * random.normal()), shape);
}
