/**
 * 95% bootstrap intervals of all metrics, over resamples of the documents.
 *
 * Legend: `D` documents, `N` resamples, `R` resamples of a block.
 *
 * @module
 */
import { columnSlots, microSlots } from "./auc.ts";
import { binCurve, columnCurves, weightBins, weightColumns } from "./auc_bootstrap.ts";
import { interval95, type Resamples, weightBlocks } from "./bootstrap.ts";
import type { Cells } from "./cells.ts";
import { type Decisions, weightDecisions } from "./f1.ts";
import { type Metric, METRICS, RANKING_METRICS, type Values } from "./names.ts";
import { type DocumentValues, weightedMean } from "./ranking.ts";

/** What the metrics of a sample were computed from, and their values. */
export interface Sample {
  /** Its cells. */
  readonly cells: Cells;
  /** Ranking metrics of each document. */
  readonly ranking: DocumentValues;
  /** Labels assigned at 0.5. */
  readonly fixed: Decisions;
  /** Labels assigned at the tuned threshold. */
  readonly tuned: Decisions;
  /** The metrics of the sample as it is. */
  readonly values: Values;
}

/** The middle 95% of the resamples, by metric. */
export type Intervals = { readonly [metric in Metric]: readonly [low: number, high: number] };

/** The values of every metric in every resample, [N] each. */
type Draws = { readonly [metric in Metric]: Float64Array };

/**
 * Resamples the documents, evaluates all metrics on each resample, and moves the resamples' values so
 * that their mean is the sample's own value: a resample lacks some of the labels that occur once, so
 * that averages over the labels present are off by more than their spread. All values are exact but
 * micro AUC's, whose cells are joined to bins where their scores are many.
 */
export function bootstrapIntervals(sample: Sample, resamples: Resamples): Intervals {
  const draws = byMetric(() => new Float64Array(resamples.size)) as Draws;
  drawRanking(sample, resamples, draws);
  drawMicroAuc(sample, resamples, draws);
  drawColumns(sample, resamples, draws);
  return byMetric((metric) => interval95(draws[metric], sample.values[metric])) as Intervals;
}

function drawRanking({ ranking }: Sample, { counts }: Resamples, draws: Draws): void {
  for (const metric of RANKING_METRICS) {
    const values = ranking[metric], drawn = draws[metric];
    for (let at = 0; at < drawn.length; at++) {
      drawn[at] = weightedMean(values, counts.subarray(at * values.length));
    }
  }
}

function drawMicroAuc({ cells }: Sample, { counts }: Resamples, draws: Draws): void {
  const curve = binCurve(cells, microSlots(cells));
  for (let at = 0; at < draws.micro_auc.length; at++) {
    draws.micro_auc[at] = weightBins(curve, counts.subarray(at * cells.documents));
  }
}

/** What is a sum over columns: F1 and macro AUC. */
function drawColumns({ cells, fixed, tuned }: Sample, resamples: Resamples, draws: Draws): void {
  const curves = columnCurves(cells, columnSlots(cells));
  for (const block of weightBlocks(resamples)) {
    for (const [decisions, suffix] of [[fixed, ""], [tuned, "_tuned"]] as const) {
      weightDecisions(decisions, block).forEach((totals, at) => {
        for (const [metric, value] of Object.entries(totals.values())) {
          draws[`${metric}${suffix}` as Metric][block.first + at] = value;
        }
      });
    }
    const sums = new Float64Array(block.size), defined = new Float64Array(block.size);
    weightColumns(curves, block, (at, area) => {
      sums[at]! += area;
      defined[at]!++;
    });
    sums.forEach((sum, at) => draws.macro_auc[block.first + at] = sum / defined[at]!);
  }
}

function byMetric<T>(create: (metric: Metric) => T): { [metric in Metric]?: T } {
  return Object.fromEntries(METRICS.map((metric) => [metric, create(metric)]));
}
