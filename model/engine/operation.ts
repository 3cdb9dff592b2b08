/**
 * TensorFlow's own operations by name, for those that tfjs has no function for. They exist where
 * libtensorflow runs, on the `tensorflow` and `cuda` engines.
 *
 * @module
 */
import { type Tensor, tf } from "./tf.ts";

/** Element types by their number in TensorFlow's C API. */
const DATA_TYPES = { float32: 1, int32: 3, int8: 6 } as const;

/** An attribute's value. A number stands for a whole number, `{ type }` for an element type. */
export type OperationAttribute =
  | string
  | boolean
  | number
  | { readonly type: "float32" | "int32" | "int8" };

/** Attributes of an operation by name. */
export type OperationAttributes = Readonly<Record<string, OperationAttribute>>;

/**
 * Runs a TensorFlow operation: its name, its attributes, its inputs (those of a list one after the
 * other) and the number of its outputs. Nothing is recorded for differentiation.
 */
export type Executor = (
  operation: string,
  attributes: OperationAttributes,
  inputs: readonly Tensor[],
  outputs: number,
) => Tensor[];

interface OutputHandle {
  readonly dtype: number;
}

interface NodeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: {
    readonly TF_ATTR_STRING: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_TYPE: number;
    executeOp(
      name: string,
      attributes: object[],
      inputs: number[],
      outputs: number,
    ): OutputHandle[];
  };
  getInputTensorIds(inputs: readonly Tensor[]): number[];
  createOutputTensor(handle: OutputHandle): Tensor;
}

/** Whether the engine in use computes on a CUDA device. */
export function usesDevice(): boolean {
  return nodeBackend()?.isUsingGpuDevice === true;
}

/**
 * The {@linkcode Executor} of the engine in use. An attribute that is left out takes its default; the
 * numbers and types that belong to list inputs have none. An output of type int8 comes back as a
 * tensor that other operations take as int8, but that cannot be read. Throws what TensorFlow reports,
 * and when the engine in use is not TensorFlow.
 */
export function executeOperation(
  operation: string,
  attributes: OperationAttributes,
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] {
  const backend = nodeBackend();
  if (!backend) {
    throw new Error(
      `executing ${operation}: the engine in use is not TensorFlow; start \`tensorflow\` or \`cuda\``,
    );
  }
  const encoded = Object.entries(attributes).map(([name, value]) => ({
    name,
    ...encodeAttribute(backend, value),
  }));
  const ids = backend.getInputTensorIds(inputs);
  return backend.binding.executeOp(operation, encoded, ids, outputs).map((handle) =>
    // tfjs knows no int8 and refuses it; under another name the handle can at least be passed on.
    backend.createOutputTensor(
      handle.dtype === DATA_TYPES.int8 ? { ...handle, dtype: DATA_TYPES.int32 } : handle,
    )
  );
}

function nodeBackend(): NodeBackend | undefined {
  const backend = tf.backend() as unknown as NodeBackend;
  return "createOutputTensor" in backend ? backend : undefined;
}

function encodeAttribute({ binding }: NodeBackend, value: OperationAttribute): object {
  if (typeof value === "string") return { type: binding.TF_ATTR_STRING, value };
  if (typeof value === "boolean") return { type: binding.TF_ATTR_BOOL, value };
  if (typeof value === "number") return { type: binding.TF_ATTR_INT, value };
  return { type: binding.TF_ATTR_TYPE, value: DATA_TYPES[value.type] };
}
