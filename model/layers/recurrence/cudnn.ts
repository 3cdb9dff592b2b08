/**
 * The recurrence in cuDNN, through TensorFlow's operations on a CUDA device. Layers take it where it
 * has passed the self-check in `cudnn_check.ts`.
 *
 * Legend: `B` documents, `T` tokens, `E` input size, `H` hidden units, `G` gates, `D` directions,
 * `P` elements of cuDNN's parameter buffer.
 *
 * @module
 */
import type { Forward } from "../../engine/gradient.ts";
import type { Executor, OperationAttributes } from "../../engine/operation.ts";
import { type Tensor, tf } from "../../engine/tf.ts";
import type { Positions } from "../positions.ts";
import type {
  DirectionWeights,
  Recurrence,
  RecurrentGradients,
  RecurrentLayer,
} from "./recurrence.ts";

/**
 * The recurrence in cuDNN, whose operations are run by `execute`. Its passes throw what `execute`
 * throws.
 */
export function cudnnRecurrence(execute: Executor): Recurrence {
  return {
    forward: (layer, x, batch) => forward(execute, layer, x, batch),
    backward: (layer, dy, saved, batch) => backward(execute, layer, dy, saved, batch),
  };
}

/** Weights and biases in the order in which TensorFlow's cuDNN operations take and give them. */
export interface CanonicalWeights {
  /** For each direction, the G gates' [H, E] on the input, then their [H, H] on the hidden state. */
  readonly weights: readonly Tensor[];
  /** For each direction, the G gates' [H] on the input's side, then on the hidden state's. */
  readonly biases: readonly Tensor[];
}

/**
 * Takes a layer's weights apart for cuDNN. Its gates have PyTorch's order: reset, update, new in a
 * GRU; input, forget, new, output in an LSTM.
 */
export function toCanonical(
  directions: readonly DirectionWeights[],
  gates: number,
): CanonicalWeights {
  const apart = (tensors: Tensor[]) => tensors.flatMap((tensor) => tf.split(tensor, gates));
  return {
    weights: directions.flatMap((w) => apart([w.input, w.hidden])),
    biases: directions.flatMap((w) => apart([w.inputBias, w.hiddenBias])),
  };
}

/** The inverse of {@linkcode toCanonical}: the weights in the order of `weightList`. */
export function fromCanonical({ weights, biases }: CanonicalWeights, gates: number): Tensor[] {
  const kinds = (parts: readonly Tensor[], direction: number) =>
    [2 * direction, 2 * direction + 1].map((kind) =>
      tf.concat(parts.slice(kind * gates, (kind + 1) * gates), 0)
    );
  const directions = Array.from({ length: weights.length / (2 * gates) }, (_, d) => d);
  return directions.flatMap((d) => [...kinds(weights, d), ...kinds(biases, d)]);
}

/**
 * Batches go in document by document, not step by step: TensorFlow then always has cuDNN expect padding.
 * Step by step it does so for batches of mixed lengths only, and has gone on with the descriptor of an
 * earlier batch all the same (tensorflow/tensorflow#41630).
 */
const DOCUMENT_MAJOR = { time_major: false } as const;

/** Kept for the gradient: `reserve` is cuDNN's own, `host` is empty but wanted back. */
type Kept = readonly [
  x: Tensor,
  parameters: Tensor,
  y: Tensor,
  hidden: Tensor,
  memory: Tensor,
  reserve: Tensor,
  host: Tensor,
];

function forward(
  execute: Executor,
  layer: RecurrentLayer,
  x: Tensor,
  batch: Positions,
): Forward {
  const parameters = pack(execute, layer);
  const zero = zeroState(layer, batch);
  const attributes = { ...commonAttributes(layer), ...DOCUMENT_MAJOR, is_training: true };
  const inputs = [x, zero, zero, parameters, batch.lengths];
  const [y, ...rest] = execute("CudnnRNNV3", attributes, inputs, 5);
  return { value: y!, saved: [x, parameters, y!, ...rest] };
}

function backward(
  execute: Executor,
  layer: RecurrentLayer,
  dy: Tensor,
  saved: readonly Tensor[],
  batch: Positions,
): RecurrentGradients {
  const [x, parameters, y, hidden, memory, reserve, host] = saved as Kept;
  const zero = zeroState(layer, batch);
  const before = [x, zero, zero, parameters, batch.lengths];
  const after = [y, hidden, memory, dy, zero, zero, reserve, host];
  const attributes = { ...commonAttributes(layer), ...DOCUMENT_MAJOR };
  const [dx, , , dParameters] = execute("CudnnRNNBackpropV3", attributes, [...before, ...after], 4);
  const weights = unpack(execute, layer, dParameters!);
  return { dx: layer.frozenInput ? undefined : withoutPadding(dx!, batch), weights };
}

/**
 * cuDNN fills the padding of hidden states with zeros, but says nothing of that of an input's
 * gradient: what stands there may be what the memory held before, even NaN.
 */
function withoutPadding(dx: Tensor, batch: Positions): Tensor {
  return tf.where(tf.cast(tf.expandDims(batch.mask, 2), "bool"), dx, tf.zerosLike(dx));
}

/** cuDNN's parameter buffer [P], whose layout is its own business. */
function pack(execute: Executor, layer: RecurrentLayer): Tensor {
  const { weights, biases } = toCanonical(layer.weights, layer.cell.gates);
  const inputs = [...sizes(layer), ...weights, ...biases];
  return execute("CudnnRNNCanonicalToParams", packingAttributes(layer), inputs, 1)[0]!;
}

/** What lies in a parameter buffer [P], in the order of `weightList`. */
function unpack(execute: Executor, layer: RecurrentLayer, parameters: Tensor): Tensor[] {
  const count = partCount(layer);
  const inputs = [...sizes(layer), parameters];
  const parts = execute("CudnnRNNParamsToCanonical", packingAttributes(layer), inputs, 2 * count);
  const canonical = { weights: parts.slice(0, count), biases: parts.slice(count) };
  return fromCanonical(canonical, layer.cell.gates);
}

/**
 * The attributes of both packing operations. Their second versions are for projected LSTMs:
 * `CudnnRNNParamsToCanonicalV2` finds no weights without a projection. A wrong count or shape ends the
 * process instead of raising an error.
 */
function packingAttributes(layer: RecurrentLayer): OperationAttributes {
  return { ...commonAttributes(layer), num_params: partCount(layer) };
}

function commonAttributes({ cell, weights }: RecurrentLayer): OperationAttributes {
  return {
    T: { type: "float32" },
    rnn_mode: cell.kernel.toLowerCase(),
    input_mode: "linear_input",
    direction: weights.length === 2 ? "bidirectional" : "unidirectional",
  };
}

/** Weight matrices in the canonical list, and as many biases. */
function partCount({ cell, weights }: RecurrentLayer): number {
  return 2 * cell.gates * weights.length;
}

/** Layers, hidden units and input size, each a scalar. */
function sizes({ weights }: RecurrentLayer): Tensor[] {
  const [, inputSize] = weights[0]!.input.shape as [number, number];
  return [1, hiddenUnits(weights), inputSize].map((size) => tf.scalar(size, "int32"));
}

/** The state before the first step, [B, D, H]; a GRU ignores the one that stands for the memory. */
function zeroState({ weights }: RecurrentLayer, batch: Positions): Tensor {
  return tf.zeros([batch.size, weights.length, hiddenUnits(weights)]);
}

function hiddenUnits(weights: readonly DirectionWeights[]): number {
  return weights[0]!.hidden.shape[1]!;
}
