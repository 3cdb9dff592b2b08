/**
 * What is said of a run whose monitored metric was never defined.
 *
 * @module
 */
import type { Monitor } from "../../model/metrics/monitor.ts";

/** Says whose weights are used, and why; a sentence without its point. */
export function standInNote(monitor: Monitor): string {
  return `dev ${monitor} was undefined in every epoch, so that none is the best: the weights are those ` +
    "of the latest epoch";
}
