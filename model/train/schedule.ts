/**
 * The learning rate over a run.
 *
 * @module
 */

/** A linear rise, then what follows it. */
export interface ScheduleOptions {
  /** Share of all steps in which the rate rises linearly from 0. */
  readonly warmup: number;
  /** Whether it then falls linearly to 0 at the last step; otherwise it stays. */
  readonly linearDecay: boolean;
}

/**
 * What the learning rate is multiplied by at `step` of `steps`, counted from 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const schedule = { warmup: 0.1, linearDecay: true };
 * assert.equal(rateFactor(0, 100, schedule), 0.1);
 * assert.equal(rateFactor(9, 100, schedule), 1);
 * assert.equal(rateFactor(55, 100, schedule), 0.5);
 * assert.equal(rateFactor(55, 100, { warmup: 0, linearDecay: false }), 1);
 * ```
 */
export function rateFactor(
  step: number,
  steps: number,
  { warmup, linearDecay }: ScheduleOptions,
): number {
  const rising = Math.ceil(warmup * steps);
  if (step < rising) return (step + 1) / rising;
  return linearDecay ? Math.max(0, (steps - step) / (steps - rising)) : 1;
}
