/**
 * 95% bootstrap intervals of all metrics, over resamples of the documents.
 *
 * Legend: `D` documents, `N` resamples, `R` resamples of a block.
 *
 * @module
 */
import { binCurves, columnCurves, weightBins, weightColumns } from "./auc.ts";
import { interval95, type Resamples, type WeightBlock, weightBlocks } from "./resamples.ts";
import { weightDecisions } from "../f1.ts";
import { type Metric, METRICS, RANKING_METRICS, type Values } from "../names.ts";
import { weightedMean } from "../ranking.ts";
import type { Sample } from "../sample.ts";

/** The middle 95% of the resamples, by metric. */
export type Intervals = { readonly [metric in Metric]: readonly [low: number, high: number] };

/** The values of every metric in every resample, [N] each. */
type Draws = { readonly [metric in Metric]: Float64Array };

/**
 * Resamples the documents, evaluates all metrics of each group on each resample, and moves the
 * resamples' values so that their mean is the sample's own value: a resample lacks some of the labels
 * that occur once, so that averages over the labels present are off by more than their spread. All
 * values are exact but micro AUC's, whose cells are joined to bins where their scores are many.
 *
 * @param values of the sample, by group.
 */
export function bootstrapIntervals(
  sample: Sample,
  values: readonly Values[],
  resamples: Resamples,
): Intervals[] {
  const draws = values.map(() => byMetric(() => new Float64Array(resamples.size)) as Draws);
  drawRanking(sample, resamples, draws);
  drawMicroAuc(sample, resamples, draws);
  drawColumns(sample, resamples, draws);
  return values.map((own, group) =>
    byMetric((metric) => interval95(draws[group]![metric], own[metric])) as Intervals
  );
}

function drawRanking(
  { ranking }: Sample,
  { documents, counts }: Resamples,
  draws: readonly Draws[],
): void {
  ranking.forEach((values, group) => {
    for (const metric of RANKING_METRICS) {
      const drawn = draws[group]![metric];
      for (let at = 0; at < drawn.length; at++) {
        drawn[at] = weightedMean(values[metric], counts.subarray(at * documents));
      }
    }
  });
}

function drawMicroAuc(
  { cells, groups, pooled }: Sample,
  { documents, counts }: Resamples,
  draws: readonly Draws[],
): void {
  binCurves(cells, { groups, ...pooled }).forEach((curve, group) => {
    const drawn = draws[group]!.micro_auc;
    for (let at = 0; at < drawn.length; at++) {
      drawn[at] = weightBins(curve, counts.subarray(at * documents));
    }
  });
}

/** What is a sum over columns: F1 and macro AUC. */
function drawColumns(sample: Sample, resamples: Resamples, draws: readonly Draws[]): void {
  const { cells, groups, columns, fixed, tuned } = sample;
  const curves = columnCurves(cells, columns.slots, columns.counts);
  for (const block of weightBlocks(resamples)) {
    for (const [decisions, suffix] of [[fixed, ""], [tuned, "_tuned"]] as const) {
      weightDecisions(decisions, groups, block).forEach((resampled, group) =>
        resampled.forEach((values, at) => {
          for (const [metric, value] of Object.entries(values)) {
            draws[group]![`${metric}${suffix}` as Metric][block.first + at] = value;
          }
        })
      );
    }
    macroAucs(sample, curves, block).forEach((means, group) =>
      draws[group]!.macro_auc.set(means, block.first)
    );
  }
}

/** Macro AUC of each group in each resample of a block. */
function macroAucs(
  { groups }: Sample,
  curves: ReturnType<typeof columnCurves>,
  block: WeightBlock,
): Float64Array[] {
  const sums = groups.members.map(() => new Float64Array(block.size));
  const defined = groups.members.map(() => new Float64Array(block.size));
  weightColumns(curves, block, (column, at, area) => {
    for (const group of groups.byColumn[column]!) {
      sums[group]![at]! += area;
      defined[group]![at]!++;
    }
  });
  return sums.map((own, group) => own.map((sum, at) => sum / defined[group]![at]!));
}

function byMetric<T>(create: (metric: Metric) => T): { [metric in Metric]?: T } {
  return Object.fromEntries(METRICS.map((metric) => [metric, create(metric)]));
}
