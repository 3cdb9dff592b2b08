/**
 * The CUDA libraries of TensorFlow's `and-cuda` extra, unpacked beside it: its RUNPATH looks there.
 *
 * @module
 */
import type { Wheel } from "./artifacts.ts";

/** Wheels of the extra, at the versions that TensorFlow's metadata asks for. */
export const CUDA_WHEELS: readonly Wheel[] = [];
