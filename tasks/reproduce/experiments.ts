/**
 * The paper's tables and figures as rows of training requests. Figure 12 cannot be read to the α that it
 * tries, so that its grid is chosen here; λ_d = 0 is left out, where nothing is learnt of ICD codes.
 *
 * @module
 */
import type { Metric } from "../../model/metrics/names.ts";
import type { Task } from "../../pipeline/schema.ts";
import { nearest } from "../../model/config/nearest.ts";
import type { ConfigRequest } from "../../model/config/presets.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { paperTables } from "../report/paper_tables.ts";

/** What one row trains, beyond the preset and the seed. */
export type RowRequest = Pick<ConfigRequest, "model" | "base" | "mtl" | "ram" | "loss" | "set">;

/** One row of an experiment. */
export interface Row {
  /** Its name, as in the paper. */
  readonly name: string;
  /** What it trains. */
  readonly request: RowRequest;
}

/** A table or figure of the paper. */
export interface Experiment {
  /** `table-1` … `table-6`, `figure-8`, `figure-12`, `figure-13`. */
  readonly id: string;
  /** One line. */
  readonly title: string;
  /** The dataset directory that it wants. */
  readonly labelSet: "top50" | "full";
  /** The label set that it is about. */
  readonly target: Task;
  /** Metrics, in the order of the columns. */
  readonly columns: readonly Metric[];
  /** Rows, in the paper's order. */
  readonly rows: readonly Row[];
  /**
   * The paper's values by row, in percent, one for each column; null where it has none. A figure's are
   * those of its tables' rows for the same system.
   */
  readonly paper: { readonly [row: string]: readonly (number | null)[] };
}

/** The systems by the names that the paper's tables give them, and what `--model` calls each. */
const systems: { readonly [name: string]: { readonly model: string } } = {
  "CNN": { model: "cnn" },
  "BiGRU": { model: "bigru" },
  "CAML": { model: "caml" },
  "DR-CAML": { model: "dr-caml" },
  "MultiResCNN": { model: "multi-res-cnn" },
  "MT-RAM": { model: "mt-ram" },
  "LAAT": { model: "laat" },
  "JointLAAT": { model: "joint-laat" },
  "Fusion": { model: "fusion" },
  "MDBERT": { model: "mdbert" },
  "MARN": { model: "marn" },
};

/** Tables 5 and 6. "w/o FL" is plain cross-entropy, "w/o MTL" the ICD branch alone. */
const ablations: { readonly [name: string]: RowRequest } = {
  "MARN": { model: "marn" },
  "w/o MTL": { model: "marn", mtl: false },
  "w/o MTL+FL": { model: "marn", mtl: false, loss: "bce" },
  "w/o RAM": { model: "marn", ram: false },
  "w/o RAM+FL": { model: "marn", ram: false, loss: "bce" },
  "w/o MTL+RAM+FL": { model: "marn", mtl: false, ram: false, loss: "bce" },
};

const titles: { readonly [table: number]: string } = {
  1: "Table 1: ICD codes, top 50",
  2: "Table 2: ICD codes, full",
  3: "Table 3: CCS codes, top 50",
  4: "Table 4: CCS codes, full",
  5: "Table 5: ablations, ICD codes, top 50",
  6: "Table 6: ablations, ICD codes, full",
};

const curves: readonly Metric[] = ["macro_f1_caml", "micro_f1", "p@5"];

/** Every experiment. */
export const experiments: readonly Experiment[] = [
  ...[1, 2, 3, 4, 5, 6].map(tableExperiment),
  {
    id: "figure-8",
    title: "Figure 8: the blocks over three base encoders, ICD codes, top 50",
    labelSet: "top50",
    target: "icd",
    columns: ["macro_f1_caml"],
    rows: [["CAML", "caml"], ["MultiResCNN", "multi-res-cnn"], ["BiGRU", "bigru"]].flatMap(
      ([name, base]) => blockRows(name!, base!),
    ),
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
      ...Array.from({ length: 9 }, (_, i) => variant("λ_d", "loss.icdWeight", (i + 1) / 10)),
      { name: "λ_d = 1", request: { model: "marn", mtl: false } }, // the ICD branch alone
    ],
    paper: paperPoints(curves, { "λ_d = 0.7": [5, "MARN"], "λ_d = 1": [5, "w/o MTL"] }),
  },
];

/**
 * A copy of an experiment with some of its rows, in its own order. A name is a row's, or what `--model`
 * and `--base` call a system; a system that has no row gets one. Throws {@linkcode UsageError}.
 */
export function withSystems(experiment: Experiment, names: readonly string[]): Experiment {
  const chosen = names.flatMap((name) => rowsNamed(experiment, name));
  const own = experiment.rows.filter((row) => chosen.includes(row));
  const added = chosen.filter((row) => !experiment.rows.includes(row));
  const byName = new Map([...own, ...added].map((row) => [row.name, row]));
  return { ...experiment, rows: [...byName.values()] };
}

function rowsNamed({ id, rows }: Experiment, name: string): readonly Row[] {
  const attempts = [
    rows.filter((row) => row.name === name),
    rows.filter(({ request }) => request.model === name && Object.keys(request).length === 1),
    rows.filter(({ request }) => request.model === name || request.base === name),
    Object.entries(systems).filter(([title, { model }]) => title === name || model === name)
      .map(([name, request]) => ({ name, request })),
  ];
  const found = attempts.find(({ length }) => length > 0);
  if (found) return found;
  const titles = rows.map((row) => row.name);
  const others = Object.entries(systems).filter(([title]) => !titles.includes(title))
    .map(([, { model }]) => model);
  const models = Object.values(systems).map(({ model }) => model);
  throw new UsageError(
    `reading --models, ${
      JSON.stringify(name)
    }: ${id} has no such row and there is no such system; ` +
      `expected some of ${[...titles, ...others].join(", ")}; ` +
      `the nearest is ${nearest(name, [...titles, ...models])}`,
  );
}

function tableExperiment(table: number): Experiment {
  const { columns, rows } = paperTables[table]!;
  const requests = table >= 5 ? ablations : systems;
  return {
    id: `table-${table}`,
    title: titles[table]!,
    labelSet: table % 2 === 1 ? "top50" : "full",
    target: table === 3 || table === 4 ? "ccs" : "icd",
    columns,
    rows: Object.keys(rows).map((name) => ({ name, request: requests[name]! })),
    paper: rows,
  };
}

/** Values of figures' points that rows of the tables are, by metric. */
function paperPoints(
  metrics: readonly Metric[],
  points: { readonly [row: string]: readonly [table: number, row: string] },
): Experiment["paper"] {
  const values = Object.entries(points).map(([name, [table, row]]) => {
    const { columns, rows } = paperTables[table]!;
    return [name, metrics.map((metric) => rows[row]![columns.indexOf(metric)] ?? null)];
  });
  return Object.fromEntries(values);
}

/** Figure 8's four bars of one base: MTL, RAM and focal loss added in turn. */
function blockRows(name: string, base: string): Row[] {
  const bare = { base, mtl: false, ram: false, loss: "bce" };
  return [
    { name, request: bare },
    { name: `${name} + MTL`, request: { ...bare, mtl: true } },
    { name: `${name} + MTL + RAM`, request: { ...bare, mtl: true, ram: true } },
    { name: `${name} + MTL + RAM + FL`, request: { base, mtl: true, ram: true, loss: "focal" } },
  ];
}

function variant(symbol: string, key: string, value: number): Row {
  return { name: `${symbol} = ${value}`, request: { model: "marn", set: [`${key}=${value}`] } };
}
