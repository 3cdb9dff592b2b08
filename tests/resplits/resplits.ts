/**
 * Scored cases, split in halves many times: what is found on one half is observed on the other.
 *
 * Legend: `D` cases, `L` labels.
 *
 * @module
 */
import { meanOf } from "../../model/analysis/estimate.ts";
import {
  calibrateMatrix,
  CALIBRATION_METHODS,
  type CalibrationMethod,
  fitCalibration,
} from "../../model/calibration/calibration.ts";
import {
  type Acceptance,
  findAcceptance,
  measureAcceptance,
} from "../../model/calibration/selective.ts";
import { measureReliability } from "../../model/metrics/reliability.ts";
import { documentScores, type ScoreMatrix } from "../../model/metrics/score_matrix.ts";
import { tuneThreshold } from "../../model/metrics/threshold.ts";
import { joinRows, type LabelRows } from "../../pipeline/dataset/documents.ts";
import { createRandom, shuffle } from "../../pipeline/random.ts";

/** The scores of D cases, and what they are held against. */
export interface ScoredCases {
  /** [D, L] */
  readonly matrix: ScoreMatrix;
  readonly truth: LabelRows;
}

/** A promise over all resplits. */
export interface Kept {
  readonly precision: number;
  /** Resplits in which it was made. */
  readonly made: number;
  /** Those of them in which the mean precision of the other half's cases was less. */
  readonly broken: number;
  /** Means over those in which it was made; NaN of none. */
  readonly ofAssigned: number;
  readonly ofCases: number;
}

/** A method's errors on the other half, means over the resplits. */
export interface Calibrated {
  readonly method: CalibrationMethod;
  readonly ece: number;
  readonly brier: number;
}

/** Cases of several splits as one. */
export function joinCases(parts: readonly ScoredCases[]): ScoredCases {
  const labels = parts[0]!.matrix.labels;
  const rows = parts.flatMap(rowsOf);
  const scores = new Float32Array(rows.length * labels);
  let at = 0;
  for (const { matrix } of parts) {
    scores.set(matrix.scores, at);
    at += matrix.scores.length;
  }
  return { matrix: { documents: rows.length, labels, scores }, truth: joinRows(rows) };
}

/** Both halves of the cases in the resplit of this number; the same each time. */
export function splitInHalves(cases: ScoredCases, number: number): [ScoredCases, ScoredCases] {
  const { documents } = cases.matrix;
  const random = createRandom(1, "resplit", number);
  const order = shuffle(Array.from({ length: documents }, (_, row) => row), random);
  const half = documents >> 1;
  return [pickCases(cases, order.slice(0, half)), pickCases(cases, order.slice(half))];
}

/** Makes each promise on one half of every resplit, and holds it against the other. */
export function keepPromises(
  cases: ScoredCases,
  { precisions, confidence, resplits }: {
    readonly precisions: readonly number[];
    readonly confidence: number;
    readonly resplits: number;
  },
): Kept[] {
  const observed = precisions.map((): Acceptance[] => []);
  for (let number = 0; number < resplits; number++) {
    const [dev, test] = splitInHalves(cases, number);
    const lowest = tuneThreshold(dev.matrix, dev.truth);
    for (const [at, precision] of precisions.entries()) {
      const promise = { precision, confidence, lowest };
      const threshold = findAcceptance(dev.matrix, dev.truth, promise);
      if (threshold === undefined) continue;
      observed[at]!.push(measureAcceptance(test.matrix, test.truth, { threshold, lowest }));
    }
  }
  return precisions.map((precision, at) => summarize(precision, observed[at]!));
}

/** Calibrates on one half of every resplit, and measures on the other. */
export function calibrateHalves(cases: ScoredCases, resplits: number): Calibrated[] {
  const groups = [Int32Array.from({ length: cases.matrix.labels }, (_, label) => label)];
  const found = Array.from({ length: resplits }, (_, number) => {
    const [dev, test] = splitInHalves(cases, number);
    const { calibration } = fitCalibration(dev.matrix, dev.truth)!;
    return CALIBRATION_METHODS.map((method) => {
      const matrix = calibrateMatrix(test.matrix, calibration, method);
      return measureReliability(matrix, test.truth, { groups })[0]!;
    });
  });
  return CALIBRATION_METHODS.map((method, at) => ({
    method,
    ece: meanOf(found.map((own) => own[at]!.ece)),
    brier: meanOf(found.map((own) => own[at]!.brier)),
  }));
}

function summarize(precision: number, observed: readonly Acceptance[]): Kept {
  return {
    precision,
    made: observed.length,
    broken: observed.filter((own) => own.precision < precision).length,
    ofAssigned: meanOf(observed.map(({ accepted, assigned }) => accepted / assigned)),
    ofCases: meanOf(observed.map(({ accepting, cases }) => accepting / cases)),
  };
}

function rowsOf({ truth }: ScoredCases): Int32Array[] {
  const { offsets, indices } = truth;
  return Array.from(
    { length: offsets.length - 1 },
    (_, row) => indices.subarray(offsets[row], offsets[row + 1]),
  );
}

function pickCases(cases: ScoredCases, rows: readonly number[]): ScoredCases {
  const { matrix } = cases;
  const truth = rowsOf(cases);
  const scores = new Float32Array(rows.length * matrix.labels);
  rows.forEach((row, at) => scores.set(documentScores(matrix, row), at * matrix.labels));
  return {
    matrix: { ...matrix, documents: rows.length, scores },
    truth: joinRows(rows.map((row) => truth[row]!)),
  };
}
