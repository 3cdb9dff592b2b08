/**
 * 95% bootstrap intervals of the expected calibration error and of the Brier score, from what each
 * document adds to them.
 *
 * Legend: `D` documents, `G` groups of labels, `K` bins, `N` resamples.
 *
 * @module
 */
import type { Interval } from "./count_intervals.ts";
import { interval95, resampleAt, type Resamples } from "./resamples.ts";

/** What each document adds to the reliability of each group. */
export interface DocumentGaps {
  /** K */
  readonly bins: number;
  /** [D, G, K] Σ (truth − probability) over its cells in a bin. */
  readonly gaps: Float64Array;
  /** [D, G] Σ (probability − truth)² over its cells. */
  readonly squares: Float64Array;
  /** [G] its cells in each group: the group's labels. */
  readonly labels: readonly number[];
}

/** Both errors, from 0 to 1. */
export interface CalibrationErrors {
  readonly ece: number;
  readonly brier: number;
}

/** The 95% bootstrap interval of each error. */
export type ReliabilityIntervals = { readonly [error in keyof CalibrationErrors]: Interval };

/**
 * Resamples the documents. The bins' differences count by their size, so that resamples are further off
 * than the sample is: their values are moved so that their mean is the sample's own.
 *
 * @param measured of the sample, by group.
 */
export function reliabilityIntervals(
  documents: DocumentGaps,
  measured: readonly CalibrationErrors[],
  resamples: Resamples,
): ReliabilityIntervals[] {
  const { size } = resamples;
  const ece = measured.map(() => new Float64Array(size)); // [G][N]
  const brier = measured.map(() => new Float64Array(size));
  for (let at = 0; at < size; at++) {
    weightErrors(documents, resampleAt(resamples, at)).forEach((drawn, group) => {
      ece[group]![at] = drawn.ece;
      brier[group]![at] = drawn.brier;
    });
  }
  return measured.map((own, group) => ({
    ece: interval95(ece[group]!, own.ece),
    brier: interval95(brier[group]!, own.brier),
  }));
}

/** Both errors of each group, every document taken as often as `weights` says. */
function weightErrors(
  { bins, gaps, squares, labels }: DocumentGaps,
  weights: Uint16Array,
): CalibrationErrors[] {
  const gap = weightedSums(gaps, weights); // [G, K]
  const square = weightedSums(squares, weights); // [G]
  return labels.map((own, group) => {
    const cells = own * weights.length; // a resample has as many documents as the sample
    let distance = 0;
    for (let bin = 0; bin < bins; bin++) distance += Math.abs(gap[group * bins + bin]!);
    return { ece: distance / cells, brier: square[group]! / cells };
  });
}

/** The sums over documents of rows of values, [D, W] to [W]. */
function weightedSums(values: Float64Array, weights: Uint16Array): Float64Array {
  const width = values.length / weights.length;
  const sums = new Float64Array(width);
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    const start = row * width;
    for (let at = 0; at < width; at++) sums[at]! += weight * values[start + at]!;
  }
  return sums;
}
