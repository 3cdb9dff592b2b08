/**
 * Timing and memory.
 *
 * @module
 */
import process from "node:process";

/** Seconds of `runs` calls of `work`, after one that is not counted. */
export async function timeRuns(
  runs: number,
  work: () => void | Promise<void>,
): Promise<number[]> {
  await work();
  const seconds: number[] = [];
  while (seconds.length < runs) seconds.push(await timeOnce(work));
  return seconds;
}

/** Seconds of one call of `work`. */
export async function timeOnce(work: () => void | Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The median. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A figure that was measured more than once. */
export interface Spread {
  /** The median. */
  readonly median: number;
  /** The smallest value. */
  readonly least: number;
  /** The largest value. */
  readonly greatest: number;
}

/**
 * Median and range of at least one value.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(spreadOf([3, 1, 8]), { median: 3, least: 1, greatest: 8 });
 * ```
 */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("spread of no values: expected at least one");
  return { median: median(values), least: Math.min(...values), greatest: Math.max(...values) };
}

/** Largest memory that this process has held, in bytes. */
export function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
