/**
 * When training has stopped getting better.
 *
 * @module
 */

/** What early stopping remembers; plain data, saved in every checkpoint. */
export interface Stopping {
  /** Best monitored value so far, `null` before the first. */
  readonly best: number | null;
  /** Epoch of the best value, from 0; −1 before the first. */
  readonly bestEpoch: number;
  /** Epochs since then without a better one. */
  readonly stale: number;
}

/** Before the first evaluation. */
export const unobserved: Stopping = { best: null, bestEpoch: -1, stale: 0 };

/**
 * The state after `epoch` scored `value`. Only a strictly larger value is better: of equal epochs the
 * first is kept.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const first = observe(unobserved, 0.4, 0);
 * assert.deepEqual(observe(first, 0.4, 1), { best: 0.4, bestEpoch: 0, stale: 1 });
 * ```
 */
export function observe(state: Stopping, value: number, epoch: number): Stopping {
  return state.best === null || value > state.best
    ? { best: value, bestEpoch: epoch, stale: 0 }
    : { ...state, stale: state.stale + 1 };
}

/** Whether `patience` epochs have passed without a better value. */
export function isExhausted(state: Stopping, patience: number): boolean {
  return state.stale >= patience;
}
