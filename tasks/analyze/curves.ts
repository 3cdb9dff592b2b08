/**
 * Figures 12 and 13: what MARN reaches by the constants of its loss.
 *
 * @module
 */
import type { TrainConfig } from "../../model/config/config.ts";
import { base } from "../../model/config/presets.ts";
import type { Metric } from "../../model/metrics/names.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { metricTitle } from "../report/metrics.ts";
import { composeChart, type Panel } from "../charts/chart.ts";
import type { Figure, FigureRow } from "./figure.ts";
import { type Measured, measureNotes, requireAlike, spread } from "./measured.ts";
import { describeOrigins, type Origin } from "./origin.ts";
import { palette } from "../charts/palette.ts";

/** A figure's curves over one constant. */
interface Sweep {
  /** `α` */
  readonly symbol: string;
  /** Of the x axis. */
  readonly title: string;
  /** The keys in which configurations may differ. */
  readonly keys: readonly string[];
  /** The constant's value; undefined where the configuration is of another sweep. */
  readonly valueOf: (config: TrainConfig) => number | undefined;
}

/** A figure of sweeps. */
interface SweepFigure {
  readonly number: number;
  readonly title: string;
  readonly sweeps: readonly Sweep[];
}

const { alpha, gamma } = base.loss;

/** The figures, by number. */
const figures: readonly SweepFigure[] = [
  {
    number: 12,
    title: "Figure 12: the constants of the focal loss",
    sweeps: [
      {
        symbol: "α",
        title: `α at γ = ${gamma}`,
        keys: ["loss.alpha", "loss.gamma"],
        valueOf: ({ loss }) => loss.gamma === gamma ? loss.alpha : undefined,
      },
      {
        symbol: "γ",
        title: `γ at α = ${alpha}`,
        keys: ["loss.alpha", "loss.gamma"],
        valueOf: ({ loss }) => loss.alpha === alpha ? loss.gamma : undefined,
      },
    ],
  },
  {
    number: 13,
    title: "Figure 13: the weight of the ICD branch's loss",
    sweeps: [{
      symbol: "λ_d",
      title: "λ_d, the weight of the ICD branch; the CCS branch has λ_s = 1 − λ_d",
      keys: ["loss.icdWeight", "model.mtl"],
      valueOf: ({ loss, model }) => "mtl" in model && !model.mtl ? 1 : loss.icdWeight,
    }],
  },
];

/** The metrics that are drawn, as the paper does. */
const metrics: readonly Metric[] = ["macro_f1_caml", "micro_f1", "p@5"];

/**
 * Figure 12 or 13 of what configurations reached.
 *
 * @throws {UsageError} where they differ in more than the figure's constants, or none is of it.
 */
export function drawCurves(
  number: 12 | 13,
  measured: readonly Measured[],
  origin: Origin,
): Figure {
  const { title, sweeps } = figures.find((figure) => figure.number === number)!;
  requireAlike(measured, ["seed", ...sweeps.flatMap(({ keys }) => keys)]);
  const rows = sweeps.flatMap((sweep) => sweepRows(sweep, measured));
  if (rows.length === 0) {
    throw new UsageError(
      `drawing figure ${number}: none of the runs is of it, expected ` +
        `${sweeps.map(({ title }) => title).join(" or ")}; name other runs`,
    );
  }
  return {
    number,
    chart: composeChart({
      title,
      notes: [...measureNotes(measured, metrics), describeOrigins([origin])],
      panels: sweeps.flatMap((sweep) => {
        const own = rows.filter(({ constant }) => constant === sweep.symbol);
        return own.length > 0 ? [sweepPanel(sweep, own)] : [];
      }),
      columns: 2,
    }),
    rows,
    findings: sweeps.flatMap(({ symbol }) =>
      metrics.flatMap((metric) => best(rows, symbol, metric))
    ),
    summary: rows,
  };
}

/** A point of a curve. */
interface CurveRow extends FigureRow {
  readonly constant: string;
  readonly value: number;
  readonly metric: string;
  readonly mean: number;
  readonly deviation: number | null;
  readonly paper: number | null;
}

/** The points of a sweep, ascending. */
function sweepRows({ symbol, valueOf }: Sweep, measured: readonly Measured[]): CurveRow[] {
  return measured
    .flatMap(({ config, values }) => {
      const value = valueOf(config);
      return value === undefined ? [] : [{ value, values }];
    })
    .sort((a, b) => a.value - b.value)
    .flatMap(({ value, values }) =>
      metrics.map((metric) => {
        const { mean, deviation, paper } = values[metric]!;
        return { constant: symbol, value, metric: metricTitle(metric), mean, deviation, paper };
      })
    );
}

/** Where a metric is the highest. */
function best(rows: readonly CurveRow[], symbol: string, metric: Metric): string[] {
  const title = metricTitle(metric);
  const own = rows.filter((row) => row.constant === symbol && row.metric === title);
  const [first] = own.toSorted((a, b) => b.mean - a.mean);
  return first
    ? [`${title} is highest at ${symbol} = ${first.value}: ${first.mean.toFixed(1)}`]
    : [];
}

/** One line a metric, told apart by colour and by shape. Values are spaced evenly. */
function sweepPanel({ title }: Sweep, rows: readonly CurveRow[]): Panel {
  const domain = metrics.map(metricTitle);
  const byMetric = (range: string[]) => {
    return { field: "metric", type: "nominal", title: null, scale: { domain, range } } as const;
  };
  const color = byMetric([palette.blue, palette.orange, palette.green]);
  const shape = byMetric(["circle", "square", "triangle-up"]);
  const x = { field: "value", type: "ordinal", title, axis: { labelAngle: 0 } } as const;
  const y = (field: string) => {
    return { field, type: "quantitative", title: "percent", scale: { zero: false } } as const;
  };
  return {
    width: new Set(rows.map(({ value }) => value)).size * 40 + 20,
    height: 260,
    data: { values: rows.map((row) => ({ ...row, ...spread(row) })) },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 1 },
        encoding: { x, y: y("low"), y2: { field: "high" }, color },
      },
      { mark: { type: "line", strokeWidth: 2 }, encoding: { x, y: y("mean"), color } },
      {
        mark: { type: "point", filled: true, size: 50, opacity: 1 },
        encoding: { x, y: y("mean"), color: { ...color, legend: { orient: "top" } }, shape },
      },
      {
        mark: { type: "point", filled: false, size: 110, opacity: 1 },
        encoding: { x, y: y("paper"), color, shape },
      },
    ],
  };
}
