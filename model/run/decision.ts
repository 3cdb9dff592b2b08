/**
 * What becomes of a run's scores: probabilities, and codes that are assigned or accepted.
 *
 * @module
 */
import { UsageError } from "../../pipeline/errors.ts";
import type { Task } from "../../pipeline/schema.ts";
import { calibrated, type CalibrationMethod } from "../calibration/calibration.ts";
import type { CalibrationRecord } from "./calibration_file.ts";
import type { Run } from "./run.ts";
import { FIXED_THRESHOLD } from "../metrics/threshold.ts";

/** What a score says of a code: its probability, and what is done with it. */
export interface Decision {
  /** The threshold of assigned codes, as a probability. */
  readonly threshold: number;
  probability(score: number): number;
  isAssigned(score: number): boolean;
  isAccepted(score: number): boolean | undefined;
}

/** What decides which codes are assigned. */
export interface DecisionOptions {
  /** A code is assigned above this probability; the run's, tuned on its dev split, by default. */
  readonly threshold?: number | undefined;
  /** What the run has learned of its scores; nothing by default. */
  readonly learned?: CalibrationRecord["tasks"] | undefined;
  /** How scores become probabilities; as was found best on dev by default. */
  readonly calibration?: CalibrationMethod | undefined;
}

/**
 * The tuned threshold is of scores, one asked for of probabilities; a promise is of assigned codes.
 *
 * @param tuned the label set's; 0.5 where the run has none.
 */
export function decideScores(
  { learned, calibration, threshold }: DecisionOptions,
  { task, tuned = FIXED_THRESHOLD }: { readonly task: Task; readonly tuned: number | undefined },
): Decision {
  const { calibration: fit, acceptance } = learned?.[task] ?? {};
  const probability = fit ? calibrated(fit, calibration ?? fit.use) : (score: number) => score;
  const isAssigned = threshold === undefined
    ? (score: number) => score > tuned
    : (score: number) => probability(score) > threshold;
  const isAccepted = (score: number) =>
    acceptance &&
    acceptance.threshold !== null && score > acceptance.threshold && isAssigned(score);
  return { threshold: threshold ?? probability(tuned), probability, isAssigned, isAccepted };
}

/** Refuses a calibration that a run's evaluation has not taught. Throws {@linkcode UsageError}. */
export function requireLearned(
  { directory }: Pick<Run, "directory">,
  task: Task,
  { learned, calibration = "none" }: DecisionOptions,
): void {
  if (calibration === "none" || learned?.[task]?.calibration) return;
  throw new UsageError(
    `calibrating ${task} of ${directory} by ${calibration}: no evaluation has learned how; expected a run ` +
      `whose dev split was evaluated; deno task evaluate --run ${directory}, or leave --calibration out`,
  );
}
