/**
 * How far a run's scores can be trusted: what dev teaches of them, and what that comes to on each split.
 *
 * @module
 */
import type { LabelRows } from "../../pipeline/dataset/documents.ts";
import type { Label, Split } from "../../pipeline/schema.ts";
import {
  calibrateMatrix,
  type Calibration,
  CALIBRATION_METHODS,
  type CalibrationMethod,
  crossCalibrate,
  fitCalibration,
} from "../calibration/calibration.ts";
import {
  type Acceptance,
  findAcceptance,
  measureAcceptance,
  type PrecisionPromise,
} from "../calibration/selective.ts";
import type { Resamples } from "../metrics/bootstrap/resamples.ts";
import { type ByGroup, measureGroups } from "../metrics/groups.ts";
import { measureReliability, type Reliability } from "../metrics/reliability.ts";
import type { ScoreMatrix } from "../metrics/score_matrix.ts";
import type { AcceptanceRule, TaskCalibration } from "./calibration_file.ts";

/** {@linkcode Reliability} of all labels of a split, and of groups of them. */
export type SplitReliability = ByGroup<Reliability>;

/** {@linkcode SplitReliability} of the probabilities that each method gives. */
export type MethodReliability = { readonly [method in CalibrationMethod]?: SplitReliability };

/** What is known of a label set's scores. */
export interface TaskTrust {
  /** The method in use. */
  readonly use: CalibrationMethod;
  /** Undefined where dev taught nothing. */
  readonly temperature?: number | undefined;
  /** On dev, each document's probabilities come of what other documents of dev teach. */
  readonly reliability: { readonly [split in Split]?: MethodReliability };
  /** Undefined where no promise was asked for. */
  readonly acceptance?:
    | AcceptanceRule & {
      /** On dev, by which the threshold was found, and on the splits that had no part in it. */
      readonly splits: { readonly [split in Split]?: Acceptance };
    }
    | undefined;
}

/** The labels whose scores are measured, and what is known or asked of them. */
export interface TrustOptions {
  readonly labels: readonly Label[];
  /** What is known from an evaluation of dev before, with the same weights. */
  readonly known?: TaskCalibration | undefined;
  readonly promise?: PrecisionPromise | undefined;
}

/** The scores of a split, and what they are held against. */
export interface ScoredSplit {
  readonly matrix: ScoreMatrix;
  readonly truth: LabelRows;
  /** A code is assigned where its score is above this. */
  readonly threshold: number;
  /** Resamples of the documents, for intervals; none without. */
  readonly resamples?: Resamples | undefined;
}

/** Collects what is known of one label set's scores, split by split, dev first. */
export interface TrustMeter {
  add(split: Split, scored: ScoredSplit): void;
  /** What was measured so far. */
  readonly trust: TaskTrust;
  /** What the run is to keep: what dev taught. */
  readonly kept: TaskCalibration;
}

/** A meter that has seen nothing yet. */
export function createTrustMeter({ labels, known, promise }: TrustOptions): TrustMeter {
  const reliability: { [split in Split]?: MethodReliability } = {};
  const accepted: { [split in Split]?: Acceptance } = {};
  let calibration: Calibration | undefined = known?.calibration;
  let acceptance: AcceptanceRule | undefined = promise ? undefined : known?.acceptance;
  return {
    add(split, { matrix, truth, threshold, resamples }) {
      const learned = split === "dev" ? fitCalibration(matrix, truth) : undefined;
      if (split === "dev") {
        calibration = learned?.calibration;
        if (promise) acceptance = promiseOn(matrix, truth, { ...promise, lowest: threshold });
      }
      const probabilitiesBy = (method: CalibrationMethod): ScoreMatrix => {
        if (learned) return crossCalibrate(matrix, learned.folds, method);
        return calibration ? calibrateMatrix(matrix, calibration, method) : matrix;
      };
      const methods = calibration ? CALIBRATION_METHODS : ["none"] as const;
      reliability[split] = Object.fromEntries(methods.map((method) => {
        const measure = (groups: readonly Int32Array[]) =>
          measureReliability(probabilitiesBy(method), truth, { groups, resamples });
        return [method, measureGroups(labels, measure)];
      }));
      if (acceptance && acceptance.threshold !== null) {
        const rule = { threshold: acceptance.threshold, lowest: threshold };
        accepted[split] = measureAcceptance(matrix, truth, rule);
      }
    },
    get trust() {
      return {
        use: calibration?.use ?? "none",
        temperature: calibration?.temperature,
        reliability,
        acceptance: acceptance && { ...acceptance, splits: accepted },
      };
    },
    get kept() {
      return { calibration, acceptance };
    },
  };
}

function promiseOn(
  dev: ScoreMatrix,
  truth: LabelRows,
  options: PrecisionPromise & { readonly lowest: number },
): AcceptanceRule {
  const { precision, confidence } = options;
  return { precision, confidence, threshold: findAcceptance(dev, truth, options) ?? null };
}
