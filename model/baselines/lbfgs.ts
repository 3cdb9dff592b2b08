/**
 * Limited-memory BFGS (Nocedal & Wright, algorithms 7.4 and 7.5) for smooth convex functions, with a
 * backtracking line search.
 *
 * @module
 */

/** Pairs of steps and gradient changes that are remembered. */
const MEMORY = 8;

/** A function to be minimised: returns its value at `x` and writes its gradient into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/** When {@linkcode minimise} ends. */
export interface MinimiseOptions {
  /** It ends where the gradient's Euclidean norm is at most this. */
  readonly tolerance: number;
  /** It ends after so many iterations at the latest. */
  readonly iterations: number;
}

interface Pair {
  readonly step: Float64Array;
  /** Of the gradient, along the step. */
  readonly change: Float64Array;
  /** step · change */
  readonly curvature: number;
}

/**
 * Moves `x` to where `objective` is smallest, in place.
 *
 * @returns the norm of the gradient there; above the tolerance where iterations or precision ran out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const x = Float64Array.of(5, 5);
 * minimise((x, gradient) => {
 *   gradient.set([2 * x[0]!, 20 * (x[1]! - 1)]);
 *   return x[0]! ** 2 + 10 * (x[1]! - 1) ** 2;
 * }, x, { tolerance: 1e-9, iterations: 50 });
 * assert(Math.hypot(x[0]!, x[1]! - 1) < 1e-9);
 * ```
 */
export function minimise(
  objective: Objective,
  x: Float64Array,
  { tolerance, iterations }: MinimiseOptions,
): number {
  const pairs: Pair[] = [];
  let gradient = new Float64Array(x.length);
  let candidate = new Float64Array(x.length);
  let value = objective(x, gradient);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const norm = Math.sqrt(dot(gradient, gradient));
    if (norm <= tolerance) return norm;
    const direction = descend(gradient, pairs);
    const slope = dot(gradient, direction);
    let size = pairs.length === 0 ? Math.min(1, 1 / norm) : 1;
    let next = Infinity;
    const start = x.slice();
    for (; size > 1e-12; size /= 2) {
      for (let at = 0; at < x.length; at++) x[at] = start[at]! + size * direction[at]!;
      next = objective(x, candidate);
      if (next <= value + 1e-4 * size * slope) break;
    }
    if (size <= 1e-12) {
      x.set(start);
      return norm;
    }
    const step = x.map((moved, at) => moved - start[at]!);
    const change = candidate.map((moved, at) => moved - gradient[at]!);
    const curvature = dot(step, change);
    if (curvature > 0) pairs.push({ step, change, curvature });
    if (pairs.length > MEMORY) pairs.shift();
    [gradient, candidate] = [candidate, gradient];
    value = next;
  }
  return Math.sqrt(dot(gradient, gradient));
}

/** Minus the gradient, times the inverse Hessian that the pairs suggest. */
function descend(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const newestFirst = pairs.toReversed();
  const weights = newestFirst.map(({ step, change, curvature }) => {
    const weight = dot(step, direction) / curvature;
    addTo(direction, change, -weight);
    return weight;
  });
  const [newest] = newestFirst;
  if (newest) {
    const scale = newest.curvature / dot(newest.change, newest.change);
    for (let at = 0; at < direction.length; at++) direction[at]! *= scale;
  }
  pairs.forEach(({ step, change, curvature }, at) => {
    const weight = weights[pairs.length - 1 - at]!;
    addTo(direction, step, weight - dot(change, direction) / curvature);
  });
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}

function addTo(target: Float64Array, values: Float64Array, scale: number): void {
  for (let at = 0; at < target.length; at++) target[at]! += scale * values[at]!;
}
