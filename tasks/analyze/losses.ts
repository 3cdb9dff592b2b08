/**
 * Figure 11: the normalised cross-entropy of each ICD code, by the loss that a model was trained with.
 *
 * @module
 */
import type { LabelLoss } from "../../model/analysis/label_losses.ts";
import { meanOf, medianOf } from "../../model/analysis/estimate.ts";
import type { TrainConfig } from "../../model/config/config.ts";
import { UsageError } from "../../pipeline/errors.ts";
import type { Label, Split } from "../../pipeline/schema.ts";
import { formatWhole } from "../cli/format.ts";
import { systemTitle } from "../report/systems.ts";
import { composeChart, type Panel } from "../charts/chart.ts";
import type { Figure, FigureRow } from "./figure.ts";
import { describeOrigins, type Origin } from "./origin.ts";
import { seriesColours } from "../charts/palette.ts";

/** The losses of a run's codes. */
export interface RunLosses {
  readonly config: TrainConfig;
  /** By falling frequency; the same codes for every run. */
  readonly losses: readonly LabelLoss[];
}

/** What the losses were computed of. */
export interface LossSource {
  readonly origin: Origin;
  readonly split: Split;
  /** ICD codes of the dataset. */
  readonly labels: readonly Label[];
}

/** A point of a curve. */
interface LossPoint extends FigureRow {
  readonly series: string;
  /** 1 for the most frequent code. */
  readonly rank: number;
  readonly normalised_bce: number;
}

/** A code's point. */
interface LossRow extends LossPoint {
  readonly code: string;
  readonly title: string;
  readonly documents: number;
}

/** A curve. */
interface LossSeries {
  readonly name: string;
  readonly rows: readonly LossRow[];
}

/** Points of a line: of more codes, neighbours are taken together. */
const POINTS = 60;

/**
 * The figure of some runs; those of one system and loss are averaged.
 *
 * @throws {UsageError} where no document of the split carries a code.
 */
export function drawLosses(runs: readonly RunLosses[], source: LossSource): Figure {
  const { origin, split, labels } = source;
  const series = [...Map.groupBy(runs, ({ config }) => seriesName(config))]
    .map(([name, same]): LossSeries => ({ name, rows: lossRows(name, same, labels) }));
  const codes = series[0]!.rows.length;
  if (codes === 0) {
    throw new UsageError(
      `drawing figure 11: no document of ${split} carries an ICD code, expected some; choose another ` +
        `--split`,
    );
  }
  const size = Math.ceil(codes / POINTS);
  return {
    number: 11,
    chart: composeChart({
      title: "Figure 11: normalised cross-entropy of each ICD code",
      notes: [
        `Binary cross-entropy on ${split}, summed over its documents and divided by the code's ` +
        `frequency and by the number of documents.${leftOut(labels.length - codes)}`,
        ...(size > 1
          ? [`Lines: the median of ${size} neighbouring codes each; dots: the codes.`]
          : []),
        describeOrigins([origin]),
      ],
      panels: [lossPanel(series, size)],
      columns: 1,
    }),
    rows: series.flatMap(({ rows }) => rows),
    findings: series.map(({ name, rows }) => {
      const [frequent, middle, rare] = thirds(rows).map((mean) => mean.toPrecision(3));
      return `${name}: mean normalised BCE ${frequent} over the most frequent third of the codes, ` +
        `${middle} over the middle one, ${rare} over the rarest`;
    }),
    summary: series.map(({ name, rows }) => {
      const [frequent, middle, rare] = thirds(rows);
      return { series: name, codes, frequent, middle, rare };
    }),
  };
}

function leftOut(codes: number): string {
  if (codes === 0) return "";
  return ` Left out: ${formatWhole(codes)} ${codes === 1 ? "code" : "codes"} that no document ` +
    "there carries.";
}

/** `trained with focal loss (MARN)` */
function seriesName(config: TrainConfig): string {
  const loss = config.loss.name === "bce" ? "BCE" : `${config.loss.name.replace("-", ", ")} loss`;
  return `trained with ${loss} (${systemTitle(config)})`;
}

function lossRows(series: string, runs: readonly RunLosses[], labels: readonly Label[]): LossRow[] {
  return runs[0]!.losses.map(({ label, documents }, at) => {
    const { code, title } = labels[label]!;
    return {
      series,
      rank: at + 1,
      code,
      title,
      documents,
      normalised_bce: meanOf(runs.map(({ losses }) => losses[at]!.normalised)),
    };
  });
}

/** Means over the most frequent third of the codes, the middle one and the rarest. */
function thirds(rows: readonly LossRow[]): number[] {
  const cut = (part: number) => Math.round(rows.length * part / 3);
  return [0, 1, 2].map((part) =>
    meanOf(rows.slice(cut(part), cut(part + 1)).map((row) => row.normalised_bce))
  );
}

/** What a line goes through: the median of some neighbouring codes, at their mean rank. */
function bandsOf(rows: readonly LossRow[], size: number): LossPoint[] {
  const bands = Map.groupBy(rows, ({ rank }) => Math.floor((rank - 1) / size)).values();
  return Array.from(bands, (band) => ({
    series: band[0]!.series,
    rank: meanOf(band.map(({ rank }) => rank)),
    normalised_bce: medianOf(band.map((row) => row.normalised_bce)),
  }));
}

/** Lines through bands of `size` codes, told apart by colour and dashes, with the codes behind them. */
function lossPanel(series: readonly LossSeries[], size: number): Panel {
  const codes = series.flatMap(({ rows }) =>
    rows.map(({ series, rank, normalised_bce }): LossPoint => ({ series, rank, normalised_bce }))
  );
  const domain = series.map(({ name }) => name);
  const bySeries = <Range>(range: Range[]) => {
    return { field: "series", type: "nominal", title: null, scale: { domain, range } } as const;
  };
  const position = lossPosition(codes);
  const legend = {
    orient: "top",
    direction: "vertical",
    symbolType: "stroke",
    symbolSize: 300,
    symbolOpacity: 1,
  } as const;
  const color = { ...bySeries([...seriesColours]), legend };
  return {
    width: 600,
    height: 280,
    layer: [
      {
        data: { values: size > 1 ? codes : [] },
        mark: { type: "point", filled: true, size: 5, opacity: 0.25, aria: false },
        encoding: { ...position, color },
      },
      {
        data: { values: series.flatMap(({ rows }) => bandsOf(rows, size)) },
        mark: { type: "line", strokeWidth: 1.8, aria: false },
        encoding: {
          ...position,
          color,
          strokeDash: bySeries([[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [1, 3]]),
        },
      },
    ],
  };
}

/** Ranks along x, losses along y: these span orders of magnitude. */
function lossPosition(points: readonly LossPoint[]) {
  const losses = points.map((point) => point.normalised_bce);
  const ranks = points.map(({ rank }) => rank);
  const type = "quantitative" as const;
  const powersOfTen = Array.from({ length: 14 }, (_, at) => 10 ** (2 - at));
  return {
    x: {
      field: "rank",
      type,
      title: "ICD codes by rank, the most frequent first",
      scale: { domain: [1, Math.max(...ranks, 2)], nice: false },
      axis: { grid: false, format: ",d", tickCount: 10 },
    },
    y: {
      field: "normalised_bce",
      type,
      title: "normalised BCE (nats, logarithmic)",
      scale: {
        type: "log" as const,
        domain: [Math.min(...losses) / 1.2, Math.max(...losses) * 1.2],
        nice: false,
      },
      axis: { values: powersOfTen.flatMap((power) => [power, 2 * power, 5 * power]), format: "~g" },
    },
  };
}
