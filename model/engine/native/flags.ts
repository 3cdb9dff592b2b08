/**
 * How the kernels are compiled.
 *
 * @module
 */

/** Compiler flags of the kernels, beside those of the addon itself: the machine's own vectors. */
export const kernelFlags: readonly string[] = [
  "-O3",
  "-march=native",
  "-fno-math-errno",
  "-pthread",
];
