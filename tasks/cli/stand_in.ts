/**
 * What is said of weights that are not what is expected of them: whose monitored metric was never
 * defined, or that are newer than what was learned of their scores.
 *
 * @module
 */
import type { Monitor } from "../../model/metrics/monitor.ts";

/** Says whose weights are used, and why; a sentence without its point. */
export function standInNote(monitor: Monitor): string {
  return `dev ${monitor} was undefined in every epoch, so that none is the best: the weights are those ` +
    "of the latest epoch";
}

/** Says that a run's scores are not calibrated any more; a sentence without its point. */
export function outdatedNote(run: string): string {
  return `${run} was trained on since it was calibrated: evaluate it`;
}
