/**
 * The way to the project's own kernels in the TensorFlow addon (`model/engine/native/`). Every caller
 * has a twin in plain tensor operations, which runs wherever a kernel is absent.
 *
 * @module
 */
import { type Tensor, tf } from "./tf.ts";

/** Attributes of a kernel. All travel as floats: whole numbers must stay below 2²⁴. */
export type NativeAttributes = Readonly<Record<string, number | boolean>>;

interface OpAttribute {
  name: string;
  type: number;
  value: number;
}

interface NodeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: { TF_ATTR_FLOAT: number };
  executeMultipleOutputs(
    op: string,
    attributes: OpAttribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

/** Version of the kernels' interface; a stale addon that answers another one is not used. */
const KERNELS_VERSION = 3;

const found = new WeakMap<object, boolean>();
let enabled = true;

/** Whether the kernels are loaded in the engine in use and switched on. */
export function nativeKernels(): boolean {
  return enabled && nodeBackend() !== undefined;
}

/**
 * Runs `work` with the kernels switched off, so that its layers take their twins: how tests compare
 * the two.
 */
export function withoutNative<T>(work: () => T): T {
  const before = enabled;
  enabled = false;
  try {
    return work();
  } finally {
    enabled = before;
  }
}

/**
 * Runs kernel `Marn<name>` on `inputs`; undefined when the kernels are absent or switched off. Not
 * recorded for differentiation. A value that changes from call to call must be an input: TensorFlow
 * keeps a kernel for every set of attributes that it has seen.
 */
export function nativeOp(
  name: string,
  attributes: NativeAttributes,
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] | undefined {
  if (!enabled) return undefined;
  const backend = nodeBackend();
  return backend?.executeMultipleOutputs(
    `Marn${name}`,
    encodeAttributes(backend, attributes),
    inputs,
    outputs,
  );
}

function nodeBackend(): NodeBackend | undefined {
  const backend = tf.backend() as unknown as NodeBackend;
  let present = found.get(backend);
  if (present === undefined) {
    present = "executeMultipleOutputs" in backend && !backend.isUsingGpuDevice && answers(backend);
    found.set(backend, present);
  }
  return present ? backend : undefined;
}

function answers(backend: NodeBackend): boolean {
  try {
    const [version] = backend.executeMultipleOutputs("MarnKernels", [], [], 1);
    const [value] = version!.dataSync();
    version!.dispose();
    return value === KERNELS_VERSION;
  } catch { // an addon without the kernels has no such operation
    return false;
  }
}

function encodeAttributes(backend: NodeBackend, attributes: NativeAttributes): OpAttribute[] {
  const type = backend.binding.TF_ATTR_FLOAT;
  return Object.entries(attributes).map(([name, value]) => ({ name, type, value: Number(value) }));
}
