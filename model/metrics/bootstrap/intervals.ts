/**
 * 95% bootstrap intervals of all metrics, over resamples of the documents.
 *
 * Legend: `N` resamples.
 *
 * @module
 */
import { weightDecisions } from "../f1.ts";
import { type Metric, METRICS, RANKING_METRICS, SET_METRICS, type Values } from "../names.ts";
import { weightedMean } from "../ranking.ts";
import type { Sample } from "../sample.ts";
import { columnCurves, weightMacroAreas } from "./macro_auc.ts";
import { binCurves, weightMicroAreas } from "./micro_auc.ts";
import { interval95, resampleAt, type Resamples, weightBlocks } from "./resamples.ts";

/** The middle 95% of the resamples, by metric. */
export type Intervals = { readonly [metric in Metric]: readonly [low: number, high: number] };

/** The values of every metric in every resample, [N] each. */
type Draws = { readonly [metric in Metric]: Float64Array };

/**
 * Resamples the documents, evaluates all metrics of each group on each resample, and moves the
 * resamples' values so that their mean is the sample's own value: a resample lacks some of the labels
 * that occur once, so that averages over the labels present are off by more than their spread. All
 * values are exact but those of the two micro AUCs, whose cells are joined to bins where their scores are
 * many.
 *
 * @param values of the sample, by group.
 */
export function bootstrapIntervals(
  sample: Sample,
  values: readonly Values[],
  resamples: Resamples,
): Intervals[] {
  const draws = values.map(() => byMetric(() => new Float64Array(resamples.size)));
  drawMeans(sample, resamples, draws);
  drawMicroAreas(sample, resamples, draws);
  drawColumns(sample, resamples, draws);
  return values.map((own, group) =>
    byMetric((metric) => interval95(draws[group]![metric], own[metric]))
  );
}

/** Draws the metrics that are means over documents: of rankings, and of sets. */
function drawMeans(
  { ranking, fixed, tuned }: Sample,
  resamples: Resamples,
  draws: readonly Draws[],
): void {
  const draw = (values: Float64Array, drawn: Float64Array) => {
    for (let at = 0; at < drawn.length; at++) {
      drawn[at] = weightedMean(values, resampleAt(resamples, at));
    }
  };
  draws.forEach((own, group) => {
    for (const metric of RANKING_METRICS) draw(ranking[group]![metric], own[metric]);
    for (const metric of SET_METRICS) {
      draw(fixed.sets[group]![metric], own[metric]);
      draw(tuned.sets[group]![metric], own[`${metric}_tuned`]);
    }
  });
}

function drawMicroAreas(
  { cells, groups, pooled }: Sample,
  resamples: Resamples,
  draws: readonly Draws[],
): void {
  binCurves(cells, groups, pooled).forEach((curve, group) => {
    const { micro_auc, micro_auprc } = draws[group]!;
    for (let at = 0; at < micro_auc.length; at++) {
      const { auc, auprc } = weightMicroAreas(curve, resampleAt(resamples, at));
      micro_auc[at] = auc;
      micro_auprc[at] = auprc;
    }
  });
}

/** Draws the metrics that are sums over columns: F1 and both macro AUCs. */
function drawColumns(sample: Sample, resamples: Resamples, draws: readonly Draws[]): void {
  const { cells, groups, columns, fixed, tuned } = sample;
  const curves = columnCurves(cells, columns.cutPoints, columns.counts);
  for (const block of weightBlocks(resamples)) {
    for (const [decided, suffix] of [[fixed, ""], [tuned, "_tuned"]] as const) {
      weightDecisions(decided.decisions, groups, block).forEach((resampled, group) =>
        resampled.forEach((values, at) => {
          for (const [metric, value] of Object.entries(values)) {
            draws[group]![`${metric}${suffix}` as Metric][block.first + at] = value;
          }
        })
      );
    }
    weightMacroAreas(curves, groups, block).forEach(({ auc, auprc }, group) => {
      draws[group]!.macro_auc.set(auc, block.first);
      draws[group]!.macro_auprc.set(auprc, block.first);
    });
  }
}

function byMetric<T>(create: (metric: Metric) => T): { readonly [metric in Metric]: T } {
  const entries = METRICS.map((metric) => [metric, create(metric)]);
  return Object.fromEntries(entries);
}
