/**
 * When training has stopped getting better.
 *
 * @module
 */

/** What early stopping remembers; plain data, saved in every checkpoint. */
export interface Stopping {
  /** Best monitored value so far, `null` before the first that is defined. */
  readonly best: number | null;
  /** Epoch of the best value, from 0; −1 without one. */
  readonly bestEpoch: number;
  /** Epochs since then whose value is defined and no better. */
  readonly stale: number;
}

/** Before the first evaluation. */
export const unobserved: Stopping = { best: null, bestEpoch: -1, stale: 0 };

/**
 * The state after `epoch` scored `value`. Only a strictly larger value is better: of equal epochs the
 * first is kept. An undefined value (NaN) is never better and does not count against patience, as in
 * caml-mimic, whose micro-F1 is 0/0 while nothing is predicted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const first = observe(unobserved, 0.4, 0);
 * assert.deepEqual(observe(first, 0.4, 1), { best: 0.4, bestEpoch: 0, stale: 1 });
 * assert.equal(observe(first, NaN, 1), first);
 * ```
 */
export function observe(state: Stopping, value: number, epoch: number): Stopping {
  if (Number.isNaN(value)) return state;
  return state.best === null || value > state.best
    ? { best: value, bestEpoch: epoch, stale: 0 }
    : { ...state, stale: state.stale + 1 };
}

/** Whether `patience` epochs have passed without a better value. */
export function isExhausted(state: Stopping, patience: number): boolean {
  return state.stale >= patience;
}
