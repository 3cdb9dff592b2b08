/**
 * The paper's tables and figures as rows of training requests. Figure 12 cannot be read to the α that it
 * tries, so that its grid is chosen here; λ_d = 0 is left out, where nothing is learnt of ICD codes.
 *
 * @module
 */
import type { ConfigRequest } from "../../model/config/presets.ts";
import type { Metric } from "../../model/metrics/names.ts";
import { systems } from "../../model/zoo/systems.ts";
import type { Task } from "../../pipeline/schema.ts";
import { type PaperTable, paperTables, paperValue } from "../report/paper_tables.ts";

/** What one row trains, beyond the preset and the seed. */
export type RowRequest = Pick<ConfigRequest, "model" | "base" | "mtl" | "ram" | "loss" | "set">;

/** One row of an experiment. */
export interface ExperimentRow {
  /** As the paper calls it. */
  readonly name: string;
  readonly request: RowRequest;
}

/** A table or figure of the paper. */
export interface Experiment {
  /** `table-1` … `table-6`, `figure-8`, `figure-12`, `figure-13`. */
  readonly id: string;
  readonly title: string;
  /** The dataset directory that it wants. */
  readonly labelSet: "top50" | "full";
  /** The label set that it is about. */
  readonly target: Task;
  /** Metrics, in the order of the columns. */
  readonly columns: readonly Metric[];
  /** In the paper's order. */
  readonly rows: readonly ExperimentRow[];
  /**
   * The paper's values by row, in percent, one for each column; null where it has none. A figure's are
   * those of its tables' rows for the same system.
   */
  readonly paper: { readonly [row: string]: readonly (number | null)[] };
}

/** A row for each system, under the name that the paper's tables give it. */
export const systemRows: readonly ExperimentRow[] = systems.map(({ name, title }) => {
  return { name: title, request: { model: name } };
});

/** Rows of Tables 5 and 6. "w/o FL" is plain cross-entropy, "w/o MTL" the ICD branch alone. */
const ablationRows: readonly ExperimentRow[] = [
  { name: "w/o MTL", request: { model: "marn", mtl: false } },
  { name: "w/o MTL+FL", request: { model: "marn", mtl: false, loss: "bce" } },
  { name: "w/o RAM", request: { model: "marn", ram: false } },
  { name: "w/o RAM+FL", request: { model: "marn", ram: false, loss: "bce" } },
  { name: "w/o MTL+RAM+FL", request: { model: "marn", mtl: false, ram: false, loss: "bce" } },
];

const curves: readonly Metric[] = ["macro_f1_caml", "micro_f1", "p@5"];

const figures: readonly Experiment[] = [
  {
    id: "figure-8",
    title: "Figure 8: the blocks over three base encoders, ICD codes, top 50",
    labelSet: "top50",
    target: "icd",
    columns: ["macro_f1_caml"],
    rows: [
      ...blockRows("CAML", "caml"),
      ...blockRows("MultiResCNN", "multi-res-cnn"),
      ...blockRows("BiGRU", "bigru"),
    ],
    paper: paperPoints(["macro_f1_caml"], {
      "CAML": [1, "CAML"],
      "MultiResCNN": [1, "MultiResCNN"],
      "BiGRU": [5, "w/o MTL+RAM+FL"],
      "BiGRU + MTL": [5, "w/o RAM+FL"],
      "BiGRU + MTL + RAM + FL": [5, "MARN"],
    }),
  },
  {
    id: "figure-12",
    title: "Figure 12: α at γ = 2, and γ at α = 0.999, ICD codes, top 50",
    labelSet: "top50",
    target: "icd",
    columns: curves,
    rows: [
      ...[0.25, 0.5, 0.75, 0.9, 0.99, 0.999].map((alpha) => variant("α", "loss.alpha", alpha)),
      ...[1, 2, 3, 4, 5].map((gamma) => variant("γ", "loss.gamma", gamma)),
    ],
    paper: paperPoints(curves, { "α = 0.999": [5, "MARN"], "γ = 2": [5, "MARN"] }),
  },
  {
    id: "figure-13",
    title: "Figure 13: λ_d, the weight of the ICD branch, ICD codes, top 50",
    labelSet: "top50",
    target: "icd",
    columns: curves,
    rows: [
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenths) => variant("λ_d", "loss.icdWeight", tenths / 10)),
      { name: "λ_d = 1", request: { model: "marn", mtl: false } }, // the ICD branch alone
    ],
    paper: paperPoints(curves, { "λ_d = 0.7": [5, "MARN"], "λ_d = 1": [5, "w/o MTL"] }),
  },
];

/** Every experiment. */
export const experiments: readonly Experiment[] = [...paperTables.map(tableExperiment), ...figures];

/** The k of P@k by which rows are compared with MARN. */
export function comparedCutoff(labelSet: string): 5 | 8 {
  return labelSet === "full" ? 8 : 5;
}

function tableExperiment(table: PaperTable): Experiment {
  const known = [...systemRows, ...ablationRows];
  return {
    id: `table-${table.number}`,
    title: `Table ${table.number}: ${table.title}`,
    labelSet: table.labelSet,
    target: table.task,
    columns: table.columns,
    rows: Object.keys(table.rows).map((name) => known.find((row) => row.name === name)!),
    paper: table.rows,
  };
}

/** Figure 8's four bars of one base: MTL, RAM and focal loss added in turn. */
function blockRows(name: string, base: string): ExperimentRow[] {
  return [
    { name, request: { base, mtl: false, ram: false, loss: "bce" } },
    { name: `${name} + MTL`, request: { base, mtl: true, ram: false, loss: "bce" } },
    { name: `${name} + MTL + RAM`, request: { base, mtl: true, ram: true, loss: "bce" } },
    { name: `${name} + MTL + RAM + FL`, request: { base, mtl: true, ram: true, loss: "focal" } },
  ];
}

/** MARN with one number changed. */
function variant(symbol: string, key: string, value: number): ExperimentRow {
  return { name: `${symbol} = ${value}`, request: { model: "marn", set: [`${key}=${value}`] } };
}

/** Values of a figure's points that are rows of the tables, by metric. */
function paperPoints(
  metrics: readonly Metric[],
  points: { readonly [row: string]: readonly [table: number, row: string] },
): Experiment["paper"] {
  return Object.fromEntries(
    Object.entries(points).map(([name, [table, row]]) => [
      name,
      metrics.map((metric) => paperValue(table, row, metric)),
    ]),
  );
}
