/**
 * Where the paper's numbers stand beside a run's.
 *
 * @module
 */
import type { TrainConfig } from "../../model/config/config.ts";
import type { Metric } from "../../model/metrics/names.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { arePublishedCodes } from "../../pipeline/lists/shipped.ts";
import type { Task } from "../../pipeline/schema.ts";
import { paperTables } from "./paper_tables.ts";
import { systemTitle } from "./systems.ts";

/** The paper's values for one run and label set. */
export interface PaperRow {
  /** Number of the table that they stand in. */
  readonly table: number;
  /** From 0 to 1, by metric; those that the paper lacks are left out. */
  readonly values: ReadonlyMap<Metric, number>;
}

/** What of a dataset decides whether it compares. */
export type Comparable = Pick<Dataset, "manifest" | "labels">;

/**
 * Why the paper's numbers of a label set may not stand beside those on a dataset: they may for MIMIC-III
 * with the published split and labels, its CCS categories those that the paper's merging gives.
 *
 * @returns the first obstacle, as the start of a sentence; undefined where they may.
 */
export function paperObstacle(dataset: Comparable, task: Task): string | undefined {
  const { synthetic, labelSet, options } = dataset.manifest;
  if (synthetic) return "Synthetic notes";
  if (options.source !== "mimic3") return "Not MIMIC-III";
  if (options.split !== "published" && options.split !== "caml") {
    return "MIMIC-III, but not the published split (prepare --split caml)";
  }
  if (options.top !== null && !arePublishedCodes(dataset.labels.icd.map(({ code }) => code))) {
    return `MIMIC-III, but the labels of ${labelSet} are not the published 50 codes (prepare --split ` +
      "caml without --top-codes)";
  }
  if (options.minCodeDocuments > 1) {
    return `MIMIC-III, but without the codes in fewer than ${options.minCodeDocuments} documents`;
  }
  if (task === "ccs" && !mergesAlike(dataset)) {
    return "MIMIC-III, but prepared with --ccs-labels separate, where the paper merged equal category " +
      "numbers";
  }
  return undefined;
}

/** Whether CCS categories are those that merging equal numbers of both kinds gives. */
function mergesAlike({ manifest: { options }, labels }: Comparable): boolean {
  if (options.ccsLabels === "paper") return true;
  const numbers = labels.ccs.map(({ code }) => code.replace(/^(dx|pr):/, ""));
  return new Set(numbers).size === numbers.length;
}

/** The paper's row for a run; undefined where no table has one, or none that compares. */
export function paperRow(
  config: TrainConfig,
  task: Task,
  dataset: Comparable,
): PaperRow | undefined {
  if (paperObstacle(dataset, task) !== undefined) return undefined;
  const name = paperName(config, task);
  if (name === undefined) return undefined;
  const table = paperTables.find((table) =>
    table.labelSet === dataset.manifest.labelSet && table.task === task &&
    Object.hasOwn(table.rows, name)
  );
  if (!table) return undefined;
  const values = new Map<Metric, number>();
  for (const [column, metric] of table.columns.entries()) {
    const percent = table.rows[name]![column] ?? null;
    if (percent !== null) values.set(metric, percent / 100);
  }
  return { table: table.number, values };
}

/** What the baselines of Tables 3 and 4 are called here: the paper's authors trained them on focal loss. */
const ccsBaselines: { readonly [title: string]: string } = {
  "w/o MTL+RAM": "BiGRU",
  "CAML + FL": "CAML",
  "DR-CAML + FL": "DR-CAML",
  "MultiResCNN + FL": "MultiResCNN",
};

/** The paper's name of a configured system; undefined where its tables of the label set have none. */
function paperName(config: TrainConfig, task: Task): string | undefined {
  const title = systemTitle(config).replace(/^MARN (?=w\/o)/, ""); // as the tables of ablations do
  if (task === "icd" || title === "MARN") return title;
  return config.model.trainEmbedding === false ? ccsBaselines[title] : undefined;
}
