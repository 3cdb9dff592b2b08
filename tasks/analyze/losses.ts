/**
 * Figure 11: the normalised cross-entropy of each ICD code, by the loss that a model was trained with.
 *
 * @module
 */
import type { LabelLoss } from "../../model/analysis/label_losses.ts";
import { meanOf } from "../../model/analysis/estimate.ts";
import type { TrainConfig } from "../../model/config/config.ts";
import type { Label, Split } from "../../pipeline/schema.ts";
import { counted } from "../cli/format.ts";
import { systemTitle } from "../report/systems.ts";
import { composeChart, type Panel } from "./chart.ts";
import type { Figure, FigureRow } from "./figure.ts";
import { describeOrigins, type Origin } from "./origin.ts";
import { seriesColours } from "./palette.ts";

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
interface LossRow extends FigureRow {
  readonly series: string;
  /** 1 for the most frequent code. */
  readonly rank: number;
  readonly code: string;
  readonly title: string;
  readonly documents: number;
  readonly normalised_bce: number;
}

/** The figure of some runs; those of one system and loss are averaged. */
export function drawLosses(runs: readonly RunLosses[], source: LossSource): Figure {
  const { origin, split, labels } = source;
  const series = [...Map.groupBy(runs, ({ config }) => seriesName(config))]
    .map(([name, same]) => ({ name, rows: lossRows(name, same, labels) }));
  const codes = series[0]!.rows.length;
  return {
    number: 11,
    chart: composeChart({
      title: "Figure 11: normalised cross-entropy of each ICD code",
      notes: [
        `Binary cross-entropy on ${split}, summed over its documents and divided by the code's ` +
        `frequency and by the number of documents.${leftOut(labels.length - codes)}`,
        describeOrigins([origin]),
      ],
      panels: [lossPanel(series.flatMap(({ rows }) => rows), series.map(({ name }) => name))],
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
  return codes === 0 ? "" : ` Left out: ${counted(codes, "code")} that no document there carries.`;
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

function lossPanel(rows: readonly LossRow[], domain: readonly string[]): Panel {
  const losses = rows.map((row) => row.normalised_bce);
  const powersOfTen = Array.from({ length: 14 }, (_, at) => 10 ** (2 - at));
  const dashes = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [1, 3]];
  return {
    width: 600,
    height: 280,
    data: {
      values: rows.map(({ series, rank, normalised_bce }) => ({ series, rank, normalised_bce })),
    },
    mark: { type: "line", strokeWidth: 1.6, aria: false },
    encoding: {
      x: {
        field: "rank",
        type: "quantitative",
        title: "ICD codes by rank, the most frequent first",
        scale: { domain: [1, rows.at(-1)?.rank ?? 1], nice: false },
        axis: { grid: false, format: ",d" },
      },
      y: {
        field: "normalised_bce",
        type: "quantitative",
        title: "normalised BCE (nats, logarithmic)",
        scale: {
          type: "log",
          domain: [Math.min(...losses) / 1.2, Math.max(...losses) * 1.2],
          nice: false,
        },
        axis: {
          values: powersOfTen.flatMap((power) => [power, 2 * power, 5 * power]),
          format: "~g",
        },
      },
      color: {
        field: "series",
        type: "nominal",
        title: null,
        scale: { domain: [...domain], range: [...seriesColours] },
        legend: { orient: "top", direction: "vertical", symbolType: "stroke", symbolSize: 300 },
      },
      strokeDash: {
        field: "series",
        type: "nominal",
        title: null,
        scale: { domain: [...domain], range: dashes },
      },
    },
  };
}
