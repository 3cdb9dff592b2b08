/**
 * TensorFlow's four cuDNN operations without a device: signatures, orders and shapes as documented,
 * computed by the plain recurrence. What a caller may not rely on is made hostile: the parameter
 * buffer's layout is odd and has holes of NaN, and so is the padding of an input's gradient.
 */
import assert from "node:assert/strict";
import type { Executor, OperationAttributes } from "../../model/engine/operation.ts";
import { type Tensor, tf } from "../../model/engine/tf.ts";
import { createPositions } from "../../model/layers/positions.ts";
import { gruCell } from "../../model/layers/recurrence/gru_cell.ts";
import { lstmCell } from "../../model/layers/recurrence/lstm_cell.ts";
import { plainRecurrence } from "../../model/layers/recurrence/plain.ts";
import type { DirectionWeights, RecurrentLayer } from "../../model/layers/recurrence/recurrence.ts";

/** In which ways a fake departs from cuDNN. */
export interface Departures {
  /** Two gates that change places. */
  swapGates?: readonly [number, number];
  /** Padding is read as if it were tokens. */
  ignoreLengths?: boolean;
  /** What every gradient of the weights is multiplied with. */
  gradientScale?: number;
  /** Makes the opaque int8 output; default a stand-in. */
  hostReserved?: () => Tensor;
}

/** cuDNN's numbers of the gates ("linear layers") that multiply the input; the rest follow, times h. */
const GATES = {
  gru: { cell: gruCell, reset: 0, update: 1, new: 2 },
  lstm: { cell: lstmCell, input: 0, forget: 1, new: 2, output: 3 },
};
/** The same gates in the order of the plain cells, which is PyTorch's. */
const ORDER = {
  gru: [GATES.gru.reset, GATES.gru.update, GATES.gru.new],
  lstm: [GATES.lstm.input, GATES.lstm.forget, GATES.lstm.new, GATES.lstm.output],
};

/** An executor that knows cuDNN's operations only. */
export function fakeCudnn(departures: Departures = {}): Executor {
  return (operation, attributes, inputs, outputs) => {
    const run = OPERATIONS[operation];
    assert.ok(run, `${operation} is none of cuDNN's operations`);
    const results = tf.tidy(() =>
      run(new DescribedLayer(attributes, departures), attributes, inputs)
    );
    assert.equal(outputs, results.length, `${operation}: number of outputs`);
    return results;
  };
}

type Run = (
  described: DescribedLayer,
  attributes: OperationAttributes,
  inputs: readonly Tensor[],
) => Tensor[];

const OPERATIONS: Record<string, Run> = {
  CudnnRNNCanonicalToParams(described, attributes, [layers, units, inputSize, ...parts]) {
    assert.deepEqual(attributes, { ...described.attributes, num_params: described.count });
    const shapes = described.shapes(scalar(layers!), scalar(units!), scalar(inputSize!));
    assert.deepEqual(parts.map((part) => part.shape), shapes);
    return [pack(parts)];
  },
  CudnnRNNParamsToCanonical(described, attributes, [layers, units, inputSize, parameters]) {
    assert.deepEqual(attributes, { ...described.attributes, num_params: described.count });
    return described.parts(parameters!, scalar(layers!), scalar(units!), scalar(inputSize!));
  },
  CudnnRNNV3(described, attributes, inputs) {
    const { is_training, time_major, ...rest } = attributes;
    assert.deepEqual([rest, is_training, time_major], [described.attributes, true, false]);
    assert.equal(inputs.length, 5);
    const [x, hidden, memory, parameters, lengths] = inputs as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const [documents, width, inputSize] = x.shape as [number, number, number];
    const units = hidden.shape[2]!;
    for (const state of described.lstm ? [hidden, memory] : [hidden]) {
      assert.deepEqual(state.shape, [documents, described.directions, units]);
      assert.ok(state.dataSync().every((value) => value === 0));
    }
    const layer = described.layer(parameters, units, inputSize);
    const { value } = plainRecurrence.forward(layer, x, described.batch(lengths, width));
    const last = tf.fill(hidden.shape, 7);
    const none = tf.scalar(0);
    const host = described.departures.hostReserved?.() ?? tf.scalar(0, "int32");
    return [value, last, described.lstm ? tf.clone(last) : none, tf.fill([11], 3), host];
  },
  CudnnRNNBackpropV3(described, attributes, inputs) {
    const { time_major, ...rest } = attributes;
    assert.deepEqual([rest, time_major], [described.attributes, false]);
    assert.equal(inputs.length, 13);
    const [x, hidden, , parameters, lengths, y, lastHidden, lastMemory, dy] = inputs as Tensor[];
    const [dHidden, dMemory, reserve, host] = inputs.slice(9) as Tensor[];
    assert.deepEqual(lastHidden!.shape, hidden!.shape);
    assert.deepEqual(lastMemory!.shape, described.lstm ? hidden!.shape : []);
    for (const state of [dHidden!, dMemory!]) assert.deepEqual(state.shape, hidden!.shape);
    assert.ok([...lastHidden!.dataSync()].every((value) => value === 7));
    assert.ok([...dHidden!.dataSync(), ...dMemory!.dataSync()].every((value) => value === 0));
    assert.deepEqual([...reserve!.dataSync()], new Array(11).fill(3));
    assert.deepEqual(host!.shape, []);
    const [, width, inputSize] = x!.shape as [number, number, number];
    const layer = described.layer(parameters!, hidden!.shape[2]!, inputSize);
    const batch = described.batch(lengths!, width);
    const { value, saved } = plainRecurrence.forward(layer, x!, batch);
    assert.deepEqual(y!.dataSync(), value.dataSync());
    const { dx, weights } = plainRecurrence.backward(layer, dy!, saved, batch);
    const scale = described.departures.gradientScale ?? 1;
    const mask = tf.cast(tf.expandDims(batch.mask, 2), "bool");
    const parts = described.takeApart(weights.map((gradient) => tf.mul(gradient, scale)));
    return [
      tf.where(mask, dx!, tf.fill(dx!.shape, NaN)),
      tf.zerosLike(hidden!),
      tf.scalar(0),
      pack(parts),
    ];
  },
};

/** A parameter buffer: the parts in reverse, each before a hole. */
function pack(parts: readonly Tensor[]): Tensor {
  const hole = tf.fill([1], NaN);
  return tf.concat(parts.flatMap((part) => [hole, tf.reshape(part, [-1])]).reverse(), 0);
}

/** What an operation's attributes say of the layer. */
class DescribedLayer {
  readonly mode: "gru" | "lstm";
  readonly directions: number;
  readonly gates: number;
  /** The attributes that every operation has. */
  readonly attributes: OperationAttributes;

  constructor({ rnn_mode, direction }: OperationAttributes, readonly departures: Departures) {
    assert.ok(rnn_mode === "gru" || rnn_mode === "lstm");
    assert.ok(direction === "unidirectional" || direction === "bidirectional");
    this.mode = rnn_mode;
    this.directions = direction === "bidirectional" ? 2 : 1;
    this.gates = ORDER[rnn_mode].length;
    this.attributes = { T: { type: "float32" }, rnn_mode, input_mode: "linear_input", direction };
  }

  get lstm(): boolean {
    return this.mode === "lstm";
  }

  /** Matrices in a canonical list, and as many biases. */
  get count(): number {
    return 2 * this.gates * this.directions;
  }

  /** Shapes of a canonical list: all matrices, then all biases. */
  shapes(layers: number, units: number, inputSize: number): number[][] {
    assert.equal(layers, 1);
    const gates = (shape: number[]) => new Array<number[]>(this.gates).fill(shape);
    const matrices = [...gates([units, inputSize]), ...gates([units, units])];
    const biases = [...gates([units]), ...gates([units])];
    const each = (list: number[][]) => new Array<number[][]>(this.directions).fill(list).flat();
    return [...each(matrices), ...each(biases)];
  }

  /** The canonical list that a parameter buffer holds. */
  parts(parameters: Tensor, layers: number, units: number, inputSize: number): Tensor[] {
    const shapes = this.shapes(layers, units, inputSize);
    let end = parameters.size;
    const parts = shapes.map((shape) => {
      const size = tf.util.sizeFromShape(shape);
      end -= size + 1;
      return tf.reshape(tf.slice(parameters, end, size), shape);
    });
    assert.equal(end, 0);
    return parts;
  }

  /** The layer that the buffer describes, for the plain recurrence. */
  layer(parameters: Tensor, units: number, inputSize: number): RecurrentLayer {
    const parts = this.parts(parameters, 1, units, inputSize);
    const order: number[] = [...ORDER[this.mode]];
    const [a, b] = this.departures.swapGates ?? [0, 0];
    [order[a], order[b]] = [order[b]!, order[a]!];
    const join = (first: number) => tf.concat(order.map((gate) => parts[first + gate]!), 0);
    const weights = Array.from({ length: this.directions }, (_, direction): DirectionWeights => {
      const matrices = 2 * this.gates * direction;
      const biases = this.count + matrices;
      return {
        input: join(matrices),
        hidden: join(matrices + this.gates),
        inputBias: join(biases),
        hiddenBias: join(biases + this.gates),
      };
    });
    return { cell: GATES[this.mode].cell, weights, frozenInput: false };
  }

  /** The canonical list of gradients in the order of `weightList`. */
  takeApart(weights: readonly Tensor[]): Tensor[] {
    const order: readonly number[] = ORDER[this.mode];
    const gatesOf = (i: number) => {
      const parts = tf.split(weights[i]!, this.gates);
      return parts.map((_, gate) => parts[order.indexOf(gate)]!);
    };
    const directions = Array.from({ length: this.directions }, (_, direction) => 4 * direction);
    const kinds = (...offsets: number[]) =>
      directions.flatMap((first) => offsets.flatMap((offset) => gatesOf(first + offset)));
    return [...kinds(0, 1), ...kinds(2, 3)];
  }

  batch(lengths: Tensor, width: number): ReturnType<typeof createPositions> {
    assert.equal(lengths.dtype, "int32");
    const host = lengths.dataSync<"int32">();
    return createPositions(
      this.departures.ignoreLengths ? host.map(() => width) : Int32Array.from(host),
      width,
    );
  }
}

function scalar(tensor: Tensor): number {
  assert.deepEqual([tensor.shape, tensor.dtype], [[], "int32"]);
  return tensor.dataSync()[0]!;
}
