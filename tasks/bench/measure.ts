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
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds;
}

/** The median. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Largest memory that this process has held, in bytes. */
export function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
