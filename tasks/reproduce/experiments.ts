/**
 * The paper's tables and figures as rows of training requests. Figure 12 cannot be read to the α that it
 * tries, so that its grid is chosen here; λ_d = 0 is left out, where nothing is learnt of ICD codes.
 *
 * @module
 */
import type { Metric } from "../../model/metrics/names.ts";
import { UsageError } from "../../pipeline/errors.ts";
import type { Experiment, ExperimentRow, Protocol } from "../experiment/experiment.ts";
import {
  type PaperTable,
  paperTables,
  paperValue,
  releasedMacroF1,
} from "../report/paper_tables.ts";
import {
  ablationRows,
  biGruBlockRows,
  blockRows,
  lossRows,
  marnRow,
  protocolRows,
  rawVectorsRow,
  variantRow,
} from "./rows.ts";

const curves: readonly Metric[] = ["macro_f1_caml", "micro_f1", "p@5"];

const figures: readonly Experiment[] = [
  dataFigure(1, "how often codes and categories occur"),
  dataFigure(3, "how long documents are"),
  {
    id: "figure-8",
    title: "Figure 8: the blocks over three base encoders, ICD codes, top 50",
    labelSet: "top50",
    target: "icd",
    columns: ["macro_f1_caml"],
    rows: [
      ...blockRows("CAML", "caml"),
      ...blockRows("MultiResCNN", "multi-res-cnn"),
      ...biGruBlockRows,
    ],
    paper: {
      ...paperPoints(["macro_f1_caml"], {
        "CAML": [1, "CAML"],
        "MultiResCNN": [1, "MultiResCNN"],
        "BiGRU": [5, "w/o MTL+RAM+FL"],
        "BiGRU + MTL": [5, "w/o RAM+FL"],
        "BiGRU + MTL + RAM": [1, "MT-RAM"],
        "BiGRU + MTL + RAM + FL": [5, "MARN"],
      }),
      ...releasedMacroF1,
    },
  },
  labelFigure(9, "ICD codes and CCS categories by their learnt vectors"),
  labelFigure(10, "CCS categories and the ICD codes around them"),
  {
    id: "figure-11",
    title: "Figure 11: normalised cross-entropy of each ICD code, top 50",
    labelSet: "top50",
    target: "icd",
    columns: curves,
    rows: lossRows,
    paper: {},
  },
  {
    id: "figure-12",
    title: "Figure 12: α at γ = 2, and γ at α = 0.999, ICD codes, top 50",
    labelSet: "top50",
    target: "icd",
    columns: curves,
    rows: [
      ...[0.25, 0.5, 0.75, 0.9, 0.99, 0.999].map((alpha) => variantRow("α", "loss.alpha", alpha)),
      ...[1, 2, 3, 4, 5].map((gamma) => variantRow("γ", "loss.gamma", gamma)),
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
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenths) =>
        variantRow("λ_d", "loss.icdWeight", tenths / 10)
      ),
      { name: "λ_d = 1", request: { model: "marn", mtl: false } }, // the ICD branch alone
    ],
    paper: paperPoints(curves, { "λ_d = 0.7": [5, "MARN"], "λ_d = 1": [5, "w/o MTL"] }),
  },
];

/** Every experiment, Tables 3 and 4 by the paper's protocol. */
export const experiments: readonly Experiment[] = [...paperTables.map(tableExperiment), ...figures];

/**
 * Table 3 or 4 by a protocol; what is written of the two ways has names of its own.
 *
 * @throws {UsageError} where the experiment has one way alone.
 */
export function byProtocol(experiment: Experiment, protocol: Protocol): Experiment {
  const { id, rows } = experiment;
  if (!experiment.protocol) {
    throw new UsageError(
      `reading --protocol ${protocol}: ${id} has one way to train its rows; ` +
        `leave it out, or use it with --table 3 or --table 4`,
    );
  }
  if (protocol === experiment.protocol) return experiment;
  const names = rows.map(({ name }) => name);
  return { ...experiment, id: `${id}-${protocol}`, protocol, rows: protocolRows(protocol, names) };
}

function tableExperiment(table: PaperTable): Experiment {
  return {
    id: `table-${table.number}`,
    title: `Table ${table.number}: ${table.title}`,
    labelSet: table.labelSet,
    target: table.task,
    columns: table.columns,
    rows: tableRows(table),
    protocol: table.task === "ccs" ? "paper" : undefined,
    paper: table.rows,
  };
}

/** The paper's rows of a table, and MARN on raw vectors behind MARN where the table is about ICD codes. */
function tableRows({ task, rows }: PaperTable): readonly ExperimentRow[] {
  const names = Object.keys(rows);
  if (task === "ccs") return protocolRows("paper", names);
  const ablations = ablationRows.some(({ name }) => names.includes(name));
  const own = ablations ? [marnRow, ...ablationRows] : protocolRows("authors", names);
  return own.flatMap((row) => row === marnRow ? [row, rawVectorsRow] : [row]);
}

/** A figure of datasets, for which nothing is trained. */
function dataFigure(number: number, title: string): Experiment {
  return {
    id: `figure-${number}`,
    title: `Figure ${number}: ${title}`,
    labelSet: "full",
    target: "icd",
    columns: [],
    rows: [],
    paper: {},
  };
}

/** A figure of the vectors that MARN gives to all labels. */
function labelFigure(number: number, title: string): Experiment {
  return {
    id: `figure-${number}`,
    title: `Figure ${number}: ${title}, full`,
    labelSet: "full",
    target: "icd",
    columns: ["macro_f1_caml", "micro_f1", "p@8"],
    rows: [marnRow],
    paper: paperPoints(["macro_f1_caml", "micro_f1", "p@8"], { "MARN": [2, "MARN"] }),
  };
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
