/**
 * What every threshold comes to: precision, recall and F1 over all cells.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import { selectCells } from "./cells.ts";
import type { ScoreMatrix } from "./score_matrix.ts";

/** A point of the curve; a label is assigned where its score is above the threshold. */
export interface ThresholdPoint {
  readonly threshold: number;
  /** NaN where nothing is assigned. */
  readonly precision: number;
  /** NaN where nothing is true. */
  readonly recall: number;
  /** NaN where nothing is assigned and nothing is true. */
  readonly f1: number;
}

/** Thresholds of a curve: 0, 0.01, …, 0.99. */
const STEPS = 100;

/**
 * The curve over 100 thresholds from 0 on, ascending.
 *
 * @throws {NumericError} where a score is not a probability.
 */
export function thresholdCurve(matrix: ScoreMatrix, truth: LabelRows): ThresholdPoint[] {
  const { scores, labels, documents } = matrix;
  const cells = selectCells(matrix, truth);
  const assigned = new Float64Array(STEPS + 1); // scores by how many of the thresholds lie below them
  const hits = new Float64Array(STEPS + 1);
  for (const score of scores) assigned[thresholdsBelow(score)]!++;
  for (let row = 0; row < documents; row++) {
    for (let at = cells.offsets[row]!; at < cells.offsets[row + 1]!; at++) {
      hits[thresholdsBelow(scores[row * labels + cells.positives[at]!]!)]!++;
    }
  }
  const points: ThresholdPoint[] = [];
  let assignedSum = 0;
  let hitSum = 0;
  for (let step = STEPS - 1; step >= 0; step--) {
    assignedSum += assigned[step + 1]!;
    hitSum += hits[step + 1]!;
    points.push({
      threshold: step / STEPS,
      precision: hitSum / assignedSum,
      recall: hitSum / cells.positives.length,
      f1: 2 * hitSum / (assignedSum + cells.positives.length),
    });
  }
  return points.reverse();
}

function thresholdsBelow(score: number): number {
  const step = Math.min(STEPS - 1, Math.floor(score * STEPS));
  return score > step / STEPS ? step + 1 : step;
}
