/**
 * Timing, memory, and figures that were measured more than once.
 *
 * @module
 */
import process from "node:process";
import { readProcFile } from "../../pipeline/files/proc.ts";

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

/**
 * Largest memory that this process has held, in bytes. On Linux by its own account: the usage that the
 * system reports includes what the parent held when it started this process.
 */
export function peakMemory(): number {
  const status = Deno.build.os === "linux" ? readProcFile("/proc/self/status") : "";
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) * 1024;
}

/** The value in the middle; the mean of two where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A figure that was measured more than once: its median and range. */
export interface Spread {
  readonly median: number;
  readonly least: number;
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
