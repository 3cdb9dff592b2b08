/**
 * An ONNX graph in the making: nodes are added one by one, weights come in under their own names.
 *
 * @module
 */
import type { TensorData } from "../../pipeline/files/safetensors.ts";
import {
  ATTRIBUTE_TYPES,
  ELEMENT_TYPES,
  type ElementType,
  encodeModel,
  IR_VERSION,
  OPSET,
} from "./schema.ts";

/** A value of the graph, by the name under which nodes find it. */
export type Value = string;

/** A node's attribute; a number is an `int` unless it stands in a {@linkcode Float}. */
export type NodeAttribute = number | string | readonly number[] | Float;

/** A node's attributes; those that are undefined are left out. */
export type NodeAttributes = { readonly [name: string]: NodeAttribute | undefined };

/** A number that is a `float` though it may be whole. */
export interface Float {
  readonly float: number;
}

/** Sizes of a tensor from outside; a name stands for a size that varies. */
export type OuterShape = readonly (number | string)[];

/** The graph. Weights are those of a checkpoint, float32 under PyTorch's names. */
export class Graph {
  readonly #weights: ReadonlyMap<string, TensorData>;
  readonly #nodes: object[] = [];
  readonly #initializers = new Map<string, object>();
  readonly #inputs: object[] = [];
  readonly #outputs: object[] = [];
  #values = 0;

  /** An empty graph over these weights; those that no node asks for are left out. */
  constructor(weights: ReadonlyMap<string, TensorData>) {
    this.#weights = weights;
  }

  /** A weight's values on the host. Throws where there is none of that name. */
  tensor(name: string): TensorData {
    const tensor = this.#weights.get(name);
    if (!tensor) throw new Error(`exporting to ONNX: the checkpoint has no ${name}`);
    return tensor;
  }

  /** A weight as it is. */
  weight(name: string): Value {
    const { shape, data } = this.tensor(name);
    return this.#initialize(name, shape, data as Float32Array);
  }

  /** A constant, from its values in row-major order: float32, or int64 where they are `bigint`s. */
  constant(values: Float32Array | BigInt64Array, shape: readonly number[]): Value {
    return this.#initialize(this.#fresh("constant"), shape, values);
  }

  /** A float32 scalar. */
  number(value: number): Value {
    return this.constant(Float32Array.of(value), []);
  }

  /** An int64 scalar. */
  int(value: number): Value {
    return this.constant(BigInt64Array.of(BigInt(value)), []);
  }

  /** A list of whole numbers, [n] int64: axes, sizes. */
  ints(...values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** A node with one output. */
  node(operator: string, inputs: readonly Value[], attributes: NodeAttributes = {}): Value {
    return this.nodes(operator, inputs, attributes, 1)[0]!;
  }

  /** A node with so many outputs; an input of "" is left out. */
  nodes(
    operator: string,
    inputs: readonly Value[],
    attributes: NodeAttributes,
    outputs: number,
  ): Value[] {
    const output = Array.from({ length: outputs }, () => this.#fresh(operator));
    this.#nodes.push({
      input: inputs,
      output,
      name: output[0],
      opType: operator,
      attribute: Object.entries(attributes).flatMap(([name, value]) =>
        value === undefined ? [] : [attributeOf(name, value)]
      ),
    });
    return output;
  }

  /** Declares an input of the whole. */
  input(name: string, type: ElementType, shape: OuterShape): Value {
    this.#inputs.push(outerValue(name, type, shape));
    return name;
  }

  /** Gives a value a name by which callers of the whole ask for it. */
  output(name: string, value: Value, shape: OuterShape): void {
    this.#nodes.push({ input: [value], output: [name], name, opType: "Identity" });
    this.#outputs.push(outerValue(name, "float", shape));
  }

  /**
   * The bytes of a model file.
   *
   * @param metadata texts that the model carries, by key.
   */
  encode(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    return encodeModel({
      irVersion: IR_VERSION,
      producerName: "marn",
      opsetImport: [{ domain: "", version: OPSET }],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name: "marn",
        node: this.#nodes,
        initializer: [...this.#initializers.values()],
        input: this.#inputs,
        output: this.#outputs,
      },
    });
  }

  #fresh(stem: string): string {
    return `/${stem}_${this.#values++}`; // no weight's name begins so
  }

  #initialize(name: string, shape: readonly number[], data: Float32Array | BigInt64Array): Value {
    if (this.#initializers.has(name)) return name;
    this.#initializers.set(name, {
      name,
      dims: [...shape],
      dataType: ELEMENT_TYPES[data instanceof Float32Array ? "float" : "int64"],
      rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
    return name;
  }
}

function attributeOf(name: string, value: NodeAttribute): object {
  if (typeof value === "number") return { name, i: value, type: ATTRIBUTE_TYPES.int };
  if (typeof value === "string") {
    return { name, s: new TextEncoder().encode(value), type: ATTRIBUTE_TYPES.string };
  }
  if ("float" in value) return { name, f: value.float, type: ATTRIBUTE_TYPES.float };
  return { name, ints: value, type: ATTRIBUTE_TYPES.ints };
}

function outerValue(name: string, type: ElementType, shape: OuterShape): object {
  const dim = shape.map((size) =>
    typeof size === "string" ? { dimParam: size } : { dimValue: size }
  );
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES[type], shape: { dim } } } };
}
