/**
 * Figure 8: macro-F1 of the base encoders, the paper's blocks added in turn.
 *
 * @module
 */
import type { TrainConfig } from "../../model/config/config.ts";
import type { Metric } from "../../model/metrics/names.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { metricTitle } from "../report/metrics.ts";
import { systemTitle } from "../report/systems.ts";
import { composeChart, type Panel } from "../charts/chart.ts";
import type { Figure, FigureRow } from "./figure.ts";
import { type Measured, measureNotes, spread } from "./measured.ts";
import { describeOrigins, type Origin } from "./origin.ts";
import { palette } from "../charts/palette.ts";

const METRIC: Metric = "macro_f1_caml";

/** The base encoder of each system that has one. */
const bases: { readonly [system: string]: string } = {
  "caml": "CAML",
  "multi-res-cnn": "MultiResCNN",
  "marn": "BiGRU",
  "mt-ram": "BiGRU",
};

/** What bars stand for as blocks are added, and their colours. */
const stages = [
  { stage: "base encoder", colour: palette.pale },
  { stage: "+ MTL", colour: palette.sky },
  { stage: "+ MTL + RAM", colour: palette.blue },
  { stage: "+ MTL + RAM + FL", colour: palette.orange },
] as const;

/** A bar. */
interface BlockRow extends FigureRow {
  readonly base: string;
  readonly stage: string;
  /** In percent. */
  readonly mean: number;
  readonly deviation: number | null;
  readonly paper: number | null;
}

/**
 * The figure of what configurations reached.
 *
 * @throws {UsageError} where one is no bar of the figure, or two are the same bar.
 */
export function drawBlocks(measured: readonly Measured[], origin: Origin): Figure {
  const rows = measured.map(blockRow);
  requireDistinct(rows);
  return {
    number: 8,
    chart: composeChart({
      title: "Figure 8: the paper's blocks over three base encoders",
      notes: [
        "MTL: multi-task learning on ICD and CCS labels. RAM: recalibrated aggregation module. FL: " +
        "focal loss.",
        ...measureNotes(measured, [METRIC]),
        describeOrigins([origin]),
      ],
      panels: [blockPanel(rows)],
      columns: 1,
    }),
    rows,
    findings: rows.map(({ base, stage, mean }) =>
      `${base}, ${stage}: ${metricTitle(METRIC)} ${mean.toFixed(1)}`
    ),
    summary: rows,
  };
}

function blockRow({ config, values }: Measured): BlockRow {
  const base = bases[config.model.name];
  const { mtl, ram, focal } = blocksOf(config);
  const inTurn = (mtl || !ram) && (ram || !focal);
  if (base === undefined || !inTurn) {
    throw new UsageError(
      `drawing figure 8: ${systemTitle(config)} is no bar of it, expected ` +
        `${[...new Set(Object.values(bases))].join(", ")} with MTL, RAM and the focal loss added ` +
        "in turn; leave it out",
    );
  }
  const { stage } = stages[Number(mtl) + Number(ram) + Number(focal)]!;
  const { mean, deviation, paper } = values[METRIC]!;
  return { base, stage, mean, deviation, paper };
}

function blocksOf({ model, loss }: TrainConfig) {
  const has = (block: string) => model[block] === true;
  return { mtl: has("mtl"), ram: has("ram"), focal: loss.name !== "bce" };
}

function requireDistinct(rows: readonly BlockRow[]): void {
  const bars = Map.groupBy(rows, ({ base, stage }) => `${base}, ${stage}`);
  const double = bars.entries().find(([, same]) => same.length > 1);
  if (!double) return;
  throw new UsageError(
    `drawing figure 8: ${double[1].length} configurations are ${double[0]}, expected one (with ` +
      "any number of seeds); leave the others out",
  );
}

function blockPanel(rows: readonly BlockRow[]): Panel {
  const names = [...new Set(Object.values(bases))]
    .filter((base) => rows.some((row) => row.base === base));
  const { place, color } = blockPosition(names);
  const y = (field: string) => {
    return { field, type: "quantitative", title: `${metricTitle(METRIC)} (percent)` } as const;
  };
  const label = { type: "text", dy: -7, fontSize: 10, color: palette.ink } as const;
  const labelled = { ...place, y: y("top"), text: { field: "label" } };
  return {
    width: 200 * names.length,
    height: 260,
    data: {
      values: rows.map((row) => {
        const { low, high } = spread(row);
        return { ...row, low, high, top: high ?? row.mean, label: row.mean.toFixed(1) };
      }),
    },
    layer: [
      {
        mark: { type: "bar", stroke: palette.ink, strokeWidth: 0.5 },
        encoding: { ...place, y: y("mean"), color },
      },
      {
        mark: { type: "rule", color: palette.ink, strokeWidth: 1 },
        encoding: { ...place, y: y("low"), y2: { field: "high" } },
      },
      {
        mark: { type: "tick", color: palette.vermilion, thickness: 3, opacity: 1 },
        encoding: { ...place, y: y("paper") },
      },
      { mark: { ...label, stroke: "white", strokeWidth: 3 }, encoding: labelled }, // a halo
      { mark: label, encoding: labelled },
    ],
  };
}

/** Bars side by side in groups, a colour for each stage. */
function blockPosition(names: readonly string[]) {
  const type = "nominal" as const;
  const domain = stages.map(({ stage }) => stage);
  return {
    place: {
      x: {
        field: "base",
        type,
        title: null,
        sort: [...names],
        axis: { labelAngle: 0, labelFontSize: 12, ticks: false, labelPadding: 6 },
      },
      xOffset: { field: "stage", type, scale: { domain } },
    },
    color: {
      field: "stage",
      type,
      title: null,
      scale: { domain, range: stages.map(({ colour }) => colour) },
      legend: { orient: "top" as const, symbolSize: 120, symbolStrokeWidth: 0.5 },
    },
  };
}
