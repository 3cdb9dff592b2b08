/**
 * The charts of a report's page: small ones, that a phone is wide enough for.
 *
 * @module
 */
import type { Metrics } from "../../../model/metrics/evaluate.ts";
import type { Metric } from "../../../model/metrics/names.ts";
import type { Reliability } from "../../../model/metrics/reliability.ts";
import type { ThresholdPoint } from "../../../model/metrics/threshold_curve.ts";
import type { LoggedEpoch } from "../../../model/run/log.ts";
import type { Chart } from "../../charts/chart.ts";
import { palette } from "../../charts/palette.ts";
import { metricTitle } from "../metrics.ts";

/** Pixels of a chart's plot. */
const WIDTH = 250;
const HEIGHT = 200;

/** The range of an axis. */
function spanning(low: number, high: number): { domain: number[] } {
  return { domain: [low, high] };
}

/** A field of percents. */
function percents(field: string, title = "percent") {
  return { field, type: "quantitative", title, scale: spanning(0, 100) } as const;
}

/** Series of a chart, told apart by colour, by dashes and by shape. */
function seriesOf(names: readonly string[]) {
  const by = <T>(range: readonly T[]) => {
    const domain = [...names];
    return {
      field: "series",
      type: "nominal",
      scale: { domain, range: range.slice(0, names.length) },
    } as const; // mutable lists, as vega-lite has them
  };
  return {
    color: {
      ...by([palette.blue, palette.orange, palette.green]),
      legend: { orient: "top", title: null },
    },
    strokeDash: by([[1, 0], [6, 3], [2, 2]]),
    shape: by(["circle", "square", "triangle-up"]),
  } as const;
}

/** A metric by epoch; the best epoch is marked. */
export function learningCurve(
  epochs: readonly LoggedEpoch[],
  { title, of }: { readonly title: string; readonly of: "trainLoss" | "value" },
): Chart {
  const best = epochs.findLast(({ improved }) => improved)?.epoch;
  const values = epochs.map((own) => ({
    epoch: own.epoch,
    value: of === "value" ? 100 * own.value : own.trainLoss,
    best: own.epoch === best,
  })).filter(({ value }) => Number.isFinite(value));
  const x = {
    field: "epoch",
    type: "quantitative",
    title: "epoch",
    axis: { tickMinStep: 1, format: "d" },
    scale: spanning(1, Math.max(2, epochs.length)),
  } as const;
  const y = { field: "value", type: "quantitative", title, scale: { zero: false } } as const;
  return {
    width: WIDTH,
    height: HEIGHT,
    data: { values },
    layer: [
      { mark: { type: "line", strokeWidth: 2, color: palette.blue }, encoding: { x, y } },
      {
        transform: [{ filter: "datum.best" }],
        mark: { type: "point", filled: true, size: 90, opacity: 1, color: palette.vermilion },
        encoding: { x, y },
      },
    ],
  };
}

/** Precision, recall and F1 by threshold; the threshold of decisions is marked. */
export function thresholdChart(points: readonly ThresholdPoint[], tuned: number): Chart {
  const names = ["precision", "recall", "F1"] as const;
  const values = points.flatMap((point) =>
    names.map((series) => ({
      threshold: point.threshold,
      series,
      value: 100 * point[series === "F1" ? "f1" : series],
    }))
  ).filter(({ value }) => Number.isFinite(value));
  const { color: colour, strokeDash } = seriesOf(names);
  const color = { ...colour, legend: { ...colour.legend, symbolType: "stroke" } } as const;
  const share = { type: "quantitative", scale: spanning(0, 1) } as const;
  return {
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values },
        mark: { type: "line", strokeWidth: 2 },
        encoding: {
          x: { field: "threshold", title: "threshold", ...share },
          y: percents("value"),
          color,
          strokeDash,
        },
      },
      {
        data: { values: [{ threshold: tuned }] },
        mark: { type: "rule", color: palette.ink, strokeDash: [3, 3] },
        encoding: { x: { field: "threshold", ...share } },
      },
    ],
  };
}

/** How many are true of the codes that are said to be so probable. */
export function reliabilityChart(curves: ReadonlyMap<string, Reliability>): Chart {
  const names = [...curves.keys()];
  const values = [...curves].flatMap(([series, { bins }]) =>
    bins.filter(({ cells }) => cells > 0).map(({ cells, mean, share }) => ({
      series,
      cells,
      mean: 100 * mean,
      share: 100 * share,
    }))
  );
  const { color, shape } = seriesOf(names);
  const x = percents("mean", "said to be probable, percent");
  const y = percents("share", "true, percent");
  return {
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values: [{ mean: 0, share: 0 }, { mean: 100, share: 100 }] },
        mark: { type: "line", strokeWidth: 1, color: palette.grey },
        encoding: { x, y },
      },
      {
        data: { values },
        mark: { type: "line", strokeWidth: 2 },
        encoding: { x, y, color, order: { field: "mean", type: "quantitative" } },
      },
      {
        data: { values },
        mark: { type: "point", filled: true, size: 35, opacity: 1 },
        encoding: { x, y, color, shape },
      },
    ],
  };
}

/** Metrics of groups of labels, with their intervals. */
export function groupChart(
  groups: { readonly [name: string]: Metrics },
  metrics: readonly Metric[],
): Chart {
  const titles = metrics.map(metricTitle);
  const { color, shape } = seriesOf(titles);
  const y = {
    field: "group",
    type: "nominal",
    sort: null,
    title: null,
    axis: { labelLimit: 0 },
  } as const;
  const yOffset = { field: "series", type: "nominal", sort: titles } as const;
  return {
    width: WIDTH - 100,
    height: { step: 18 },
    data: { values: groupPoints(groups, metrics) },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: {
          y,
          yOffset,
          x: percents("low"),
          x2: { field: "high" },
          color,
        },
      },
      {
        mark: { type: "point", filled: true, size: 50, opacity: 1 },
        encoding: {
          y,
          yOffset,
          x: percents("value"),
          color,
          shape,
        },
      },
    ],
  };
}

/** Each group's value of each metric in percent, and the ends of its interval: itself where there is none. */
function groupPoints(
  groups: { readonly [name: string]: Metrics },
  metrics: readonly Metric[],
) {
  return Object.entries(groups).flatMap(([group, { values, intervals }]) =>
    metrics.map((metric) => {
      const [low, high] = intervals?.[metric] ?? [values[metric], values[metric]];
      return {
        group,
        series: metricTitle(metric),
        value: 100 * values[metric],
        low: 100 * low,
        high: 100 * high,
      };
    })
  ).filter(({ value }) => Number.isFinite(value));
}
