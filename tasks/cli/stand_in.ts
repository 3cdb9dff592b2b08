/**
 * What is said of weights that are not what is expected of them: whose monitored metric was never
 * defined, or that are newer than what was learned of their scores.
 *
 * @module
 */
import type { Monitor } from "../../model/metrics/monitor.ts";
import type { RestoredModel } from "../../model/run/restore.ts";
import type { Run } from "../../model/run/run.ts";

/** Says whose weights are used, and why; a sentence without its point. */
export function standInNote(monitor: Monitor): string {
  return `dev ${monitor} was undefined in every epoch, so that none is the best: the weights are those ` +
    "of the latest epoch";
}

/** What to know of a run's weights before trusting their probabilities, a line each. */
export function weightWarnings(
  { config, directory }: Pick<Run, "config" | "directory">,
  { standIn }: Pick<RestoredModel, "standIn">,
  isOutdated: boolean,
): string[] {
  const warnings: string[] = [];
  if (standIn) warnings.push(`warning: ${standInNote(config.monitor)}`);
  if (isOutdated) {
    warnings.push(`warning: ${directory} was trained on since it was calibrated: evaluate it`);
  }
  return warnings;
}
