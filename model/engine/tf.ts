/**
 * The tensor library under names of our own. Every other module takes `tf` and the tensor types from
 * here; only `model/engine/` names a tfjs package.
 *
 * @module
 */
import * as core from "@tensorflow/tfjs-core";

/** The tfjs-core API (functional form; chained methods are not registered). */
export const tf: typeof core = core;

/** A tensor of any rank. Its shape stands in a trailing comment where it is made. */
export type Tensor = core.Tensor;
/** A tensor of rank 0. */
export type Scalar = core.Scalar;
/** A tensor that keeps its identity while its value is updated. */
export type Variable = core.Variable;
/** Values by name, as gradients are. */
export type NamedTensors = core.NamedTensorMap;
