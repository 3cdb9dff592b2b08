/**
 * The weights of a safetensors file as a model's first ones: those of an earlier run, of an export, or
 * of PyTorch, under the same names.
 *
 * @module
 */
import { DataError } from "../../pipeline/errors.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { readRegular } from "../../pipeline/files/read.ts";
import {
  decodeSafetensors,
  type Safetensors,
  type TensorData,
  toFloats,
} from "../../pipeline/files/safetensors.ts";
import { assignValues, type Weights } from "../layers/weights.ts";
import type { FirstWeightsEvent } from "../train/observer.ts";
import { isOptimizerState } from "../train/optimizer.ts";
import { otherFiles } from "./identity.ts";

/** What was taken from a file, and the file's digest. */
export interface FirstWeights extends FirstWeightsEvent {
  readonly sha256: string;
}

/**
 * Sets the weights that a file has; the others stay as drawn. Floats of 16 bits are widened, and an
 * optimizer's moments passed over.
 *
 * @param lists digests of the lists of words and labels that the weights are for, by their files.
 * @throws {DataError} where there is no such file or it is damaged, or where one of its tensors is none
 * of the model's, of another shape or not finite, before any weight is changed.
 */
export async function startFrom(
  weights: Weights,
  file: string,
  lists: { readonly [file: string]: string } = {},
): Promise<FirstWeights> {
  const bytes = await readRegular(file, (found) => refusal(file, found));
  const values = new Map<string, Float32Array>();
  const { tensors, metadata } = decode(bytes, file);
  for (const [name, tensor] of tensors) {
    if (!isOptimizerState(name)) values.set(name, checked(weights, name, tensor, file));
  }
  if (values.size === 0) throw refusal(file, "it holds no weights");
  for (const [name, data] of values) assignValues(weights.get(name), data);
  const drawn = weights.all().map(({ name }) => name).filter((name) => !values.has(name));
  const others = otherFiles(lists, metadata).filter((name) => Object.hasOwn(lists, name));
  return { file, taken: values.size, drawn, others, sha256: sha256(bytes) };
}

function decode(bytes: Uint8Array, file: string): Safetensors {
  try {
    return decodeSafetensors(bytes, file);
  } catch (error) {
    throw refusal(file, (error as Error).message);
  }
}

/** A tensor's values, which fit the model's weight of that name. */
function checked(weights: Weights, name: string, tensor: TensorData, file: string): Float32Array {
  const own = weights.all().find((weight) => weight.name === name)?.variable.shape;
  if (!own) throw refusal(file, `it holds ${name}, which the model does not have`);
  const data = toFloats(tensor);
  if (!data || String(tensor.shape) !== String(own)) {
    throw refusal(file, `${name} is ${tensor.dtype} [${tensor.shape}], the model's F32 [${own}]`);
  }
  if (!data.every(Number.isFinite)) throw refusal(file, `${name} is not finite`);
  return data;
}

function refusal(file: string, found: string): DataError {
  return new DataError(
    `starting from ${file}: ${found}; expected a safetensors file with the names and shapes of ` +
      "docs/tensor_names.md",
  );
}
