/**
 * The paper's tables (Sun et al. 2022, Tables 1–6), in percent. Its macro-F1 is the harmonic mean of macro
 * precision and macro recall, at a threshold of 0.5.
 *
 * @module
 */
import type { Metric } from "../../model/metrics/names.ts";
import type { Task } from "../../pipeline/schema.ts";

/** One table of the paper. */
export interface PaperTable {
  readonly number: number;
  /** What it is about. */
  readonly title: string;
  /** The label set of the dataset. */
  readonly labelSet: "top50" | "full";
  /** What its documents are coded with. */
  readonly task: Task;
  /** Metrics, in the order of the columns. */
  readonly columns: readonly Metric[];
  /** Values of each system, one for each column; null where the paper has none. */
  readonly rows: { readonly [system: string]: readonly (number | null)[] };
}

/**
 * The tables by number. Table 3's BiGRU row equals Table 1's CNN row in the paper itself; Table 1's
 * Fusion row was trained on more documents than the others.
 */
export const paperTables: readonly PaperTable[] = [
  {
    number: 1,
    title: "ICD codes, top 50",
    labelSet: "top50",
    task: "icd",
    columns: ["macro_auc", "micro_auc", "macro_f1_caml", "micro_f1", "p@5"],
    rows: {
      "CNN": [87.6, 90.7, 57.6, 62.5, 62.0],
      "BiGRU": [82.8, 86.8, 48.4, 54.9, 59.1],
      "CAML": [87.5, 90.9, 53.2, 61.4, 60.9],
      "DR-CAML": [88.4, 91.6, 57.6, 63.3, 61.8],
      "MultiResCNN": [89.9, 92.8, 60.6, 67.0, 64.1],
      "MT-RAM": [92.1, 94.3, 65.2, 70.7, 66.4],
      "LAAT": [92.5, 94.6, 66.6, 71.5, 67.5],
      "JointLAAT": [92.5, 94.6, 66.1, 71.6, 67.1],
      "Fusion": [93.1, 95.0, 68.3, 72.5, 67.9],
      "MDBERT": [91.8, 93.6, 65.9, 69.2, 65.4],
      "MARN": [92.7, 94.7, 68.2, 71.8, 67.3],
    },
  },
  {
    number: 2,
    title: "ICD codes, full",
    labelSet: "full",
    task: "icd",
    columns: ["macro_auc", "micro_auc", "macro_f1_caml", "micro_f1", "p@8", "p@15"],
    rows: {
      "CNN": [80.6, 96.9, 4.2, 41.9, 58.1, 44.3],
      "BiGRU": [82.2, 97.1, 3.8, 41.7, 58.5, 44.5],
      "CAML": [89.5, 98.6, 8.8, 53.9, 70.9, 56.1],
      "DR-CAML": [89.7, 98.5, 8.6, 52.9, 69.0, 54.8],
      "MultiResCNN": [91.0, 98.6, 8.5, 55.2, 73.4, 58.4],
      "LAAT": [91.9, 98.8, 9.9, 57.5, 73.8, 59.1],
      "JointLAAT": [92.1, 98.8, 10.7, 57.5, 73.5, 59.0],
      "Fusion": [91.5, 98.7, 8.3, 55.4, 73.6, null],
      "MDBERT": [92.5, 98.9, 10.1, 55.5, 72.7, 57.7],
      "MARN": [91.3, 98.8, 11.6, 58.4, 75.4, 60.2],
    },
  },
  {
    number: 3,
    title: "CCS codes, top 50",
    labelSet: "top50",
    task: "ccs",
    columns: ["macro_auc", "micro_auc", "macro_f1_caml", "micro_f1", "p@5"],
    rows: {
      "BiGRU": [87.6, 90.7, 57.6, 62.5, 62.0],
      "CAML": [89.2, 92.2, 60.9, 67.5, 64.5],
      "DR-CAML": [87.5, 90.5, 59.3, 65.6, 62.6],
      "MultiResCNN": [89.2, 92.4, 62.9, 68.8, 64.6],
      "MARN": [92.8, 95.0, 71.2, 75.0, 69.0],
    },
  },
  {
    number: 4,
    title: "CCS codes, full",
    labelSet: "full",
    task: "ccs",
    columns: ["macro_auc", "micro_auc", "macro_f1_caml", "micro_f1", "p@8", "p@15"],
    rows: {
      "BiGRU": [91.2, 96.4, 50.1, 68.4, 81.1, 64.0],
      "CAML": [88.8, 96.1, 44.4, 66.5, 80.5, 63.6],
      "DR-CAML": [85.7, 95.5, 41.3, 66.0, 78.9, 62.5],
      "MultiResCNN": [90.6, 96.5, 50.8, 69.0, 81.8, 64.8],
      "MARN": [93.9, 97.4, 58.6, 72.2, 84.3, 67.2],
    },
  },
  {
    number: 5,
    title: "ablations, ICD codes, top 50",
    labelSet: "top50",
    task: "icd",
    columns: ["macro_auc", "micro_auc", "macro_f1_caml", "micro_f1", "p@5"],
    rows: {
      "MARN": [92.7, 94.7, 68.2, 71.8, 67.3],
      "w/o MTL": [91.9, 94.0, 64.4, 69.4, 66.1],
      "w/o MTL+FL": [91.7, 93.4, 62.4, 68.1, 64.7],
      "w/o RAM": [92.3, 94.3, 64.8, 69.9, 66.5],
      "w/o RAM+FL": [91.8, 94.1, 64.6, 69.9, 66.2],
      "w/o MTL+RAM+FL": [91.2, 93.4, 59.2, 67.2, 65.5],
    },
  },
  {
    number: 6,
    title: "ablations, ICD codes, full",
    labelSet: "full",
    task: "icd",
    columns: ["macro_auc", "micro_auc", "macro_f1_caml", "micro_f1", "p@8", "p@15"],
    rows: {
      "MARN": [91.3, 98.8, 11.6, 58.4, 75.4, 60.2],
      "w/o MTL": [89.9, 98.6, 10.5, 57.1, 73.5, 58.5],
      "w/o MTL+FL": [89.1, 98.4, 9.1, 55.6, 72.9, 58.0],
      "w/o RAM": [90.4, 98.6, 10.3, 56.0, 72.6, 57.9],
      "w/o RAM+FL": [88.8, 98.2, 7.4, 50.7, 69.5, 54.8],
      "w/o MTL+RAM+FL": [88.9, 98.3, 6.8, 51.5, 69.9, 54.7],
    },
  },
];

/**
 * CAML-style macro-F1 on the top 50, in percent, that the README of MT-RAM's release gives of its blocks
 * over other encoders.
 */
export const releasedMacroF1: { readonly [row: string]: readonly number[] } = {
  "CAML + MTL + RAM": [62.5],
  "MultiResCNN + MTL + RAM": [64.1],
};

/** A value of a table, in percent; null where the paper has none. */
export function paperValue(number: number, row: string, metric: Metric): number | null {
  const table = paperTables.find((table) => table.number === number);
  return table?.rows[row]?.[table.columns.indexOf(metric)] ?? null;
}
