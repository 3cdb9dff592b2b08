/**
 * Calibration: what probability a score stands for, learned from the dev split. One function for all
 * labels of a label set: so the order of a document's labels, which every ranking metric and every
 * threshold is about, stays as the model gives it; and a dev split that has a label a few times says too
 * little of that label for a function of its own.
 *
 * @module
 */
import { type LabelRows, rowOf } from "../../pipeline/dataset/documents.ts";
import type { ScoreMatrix } from "../metrics/score_matrix.ts";
import { applyIsotonic, fitIsotonic, type Isotonic } from "./isotonic.ts";
import { type ScoreLevels, scoreLevels } from "./levels.ts";
import { applyTemperature, fitTemperature } from "./temperature.ts";

/** How a score becomes a probability: as it is, or by one of the two functions. */
export const CALIBRATION_METHODS = ["none", "temperature", "isotonic"] as const;

/** One of {@linkcode CALIBRATION_METHODS}. */
export type CalibrationMethod = typeof CALIBRATION_METHODS[number];

/** Both functions of a label set. */
export interface CalibrationFit {
  readonly temperature: number;
  readonly isotonic: Isotonic;
}

/** What a dev split taught of a label set. */
export interface Calibration extends CalibrationFit {
  /** The method whose Brier score on dev is the least, each document judged by what the others taught. */
  readonly use: CalibrationMethod;
}

/** What a dev split taught of a label set, and what its parts did. */
export interface DevCalibration {
  readonly calibration: Calibration;
  /** What the documents outside of each fold teach: [{@linkcode FOLDS}]. */
  readonly folds: readonly CalibrationFit[];
}

/** Parts that dev's documents are dealt to, each judged by what the others teach. */
export const FOLDS = 5;

/**
 * Learns both functions from all of a split and from the parts that judge them, and which to use.
 *
 * @returns undefined where the split has no true label, or too few documents to judge by.
 * @throws {NumericError} where a score is not a probability.
 */
export function fitCalibration(dev: ScoreMatrix, truth: LabelRows): DevCalibration | undefined {
  if (truth.indices.length === 0 || dev.documents < FOLDS) return undefined;
  const folds = Array.from(
    { length: FOLDS },
    (_, fold) => fitLevels(scoreLevels(dev, truth, (row) => row % FOLDS !== fold)),
  );
  const errors = CALIBRATION_METHODS.map((method) => ({
    method,
    error: squaredError(crossCalibrate(dev, folds, method), truth),
  }));
  const [best] = errors.sort((a, b) => a.error - b.error);
  const calibration = { ...fitLevels(scoreLevels(dev, truth)), use: best!.method };
  return { calibration, folds };
}

/** The probability that a score stands for. */
export function calibrated(
  fit: CalibrationFit,
  method: CalibrationMethod,
): (score: number) => number {
  switch (method) {
    case "none":
      return (score) => score;
    case "temperature":
      return (score) => applyTemperature(fit.temperature, score);
    case "isotonic":
      return (score) => applyIsotonic(fit.isotonic, score);
  }
}

/** All scores as probabilities. */
export function calibrateMatrix(
  matrix: ScoreMatrix,
  fit: CalibrationFit,
  method: CalibrationMethod,
): ScoreMatrix {
  return { ...matrix, scores: matrix.scores.map(calibrated(fit, method)) };
}

/** The split's own scores as probabilities, each document's by what the documents of other folds teach. */
export function crossCalibrate(
  dev: ScoreMatrix,
  folds: DevCalibration["folds"],
  method: CalibrationMethod,
): ScoreMatrix {
  if (method === "none") return dev;
  const scores = new Float32Array(dev.scores.length);
  for (const [fold, fit] of folds.entries()) {
    const probability = calibrated(fit, method);
    for (let row = fold; row < dev.documents; row += FOLDS) {
      const end = (row + 1) * dev.labels;
      for (let at = row * dev.labels; at < end; at++) scores[at] = probability(dev.scores[at]!);
    }
  }
  return { ...dev, scores };
}

function fitLevels(levels: ScoreLevels): CalibrationFit {
  return { temperature: fitTemperature(levels), isotonic: fitIsotonic(levels) };
}

/** Σ (probability − truth)² over all cells. */
function squaredError({ documents, labels, scores }: ScoreMatrix, truth: LabelRows): number {
  let sum = 0;
  for (const score of scores) sum += score * score;
  for (let row = 0; row < documents; row++) {
    const own = rowOf(truth, row);
    for (const label of new Set(own)) sum += 1 - 2 * scores[row * labels + label]!;
  }
  return sum;
}
