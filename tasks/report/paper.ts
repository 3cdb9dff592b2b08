/**
 * Where the paper's numbers stand beside a run's.
 *
 * @module
 */
import type { TrainConfig } from "../../model/config/config.ts";
import type { Metric } from "../../model/metrics/names.ts";
import type { Task } from "../../pipeline/schema.ts";
import type { Manifest } from "../../pipeline/manifest.ts";
import { paperTables } from "./paper_tables.ts";
import { systemTitle } from "./systems.ts";

/** The paper's values for one run and label set. */
export interface PaperRow {
  /** Number of the table that they stand in. */
  readonly table: number;
  /** From 0 to 1, by metric; those that the paper lacks are left out. */
  readonly values: ReadonlyMap<Metric, number>;
}

/**
 * Whether the paper's numbers of a label set may stand beside a dataset's: for MIMIC-III with the
 * published split, and for CCS labels merged as the paper merges them. The top 50 codes have the same
 * 38 categories merged or apart.
 */
export function comparesWithPaper(manifest: Manifest, task: Task): boolean {
  const { source, split, ccsLabels } = manifest.options;
  return source === "mimic3" && !manifest.synthetic && split === "published" &&
    (task === "icd" || ccsLabels === "paper" || manifest.labelSet === "top50");
}

/** The paper's row for a run; undefined where no table has one, or none that compares. */
export function paperRow(
  config: TrainConfig,
  task: Task,
  manifest: Manifest,
): PaperRow | undefined {
  if (!comparesWithPaper(manifest, task)) return undefined;
  const name = systemTitle(config).replace(/^MARN (?=w\/o)/, ""); // as the tables of ablations do
  const table = paperTables.find((table) =>
    table.labelSet === manifest.labelSet && table.task === task && Object.hasOwn(table.rows, name)
  );
  if (!table) return undefined;
  const values = new Map<Metric, number>();
  for (const [column, metric] of table.columns.entries()) {
    const percent = table.rows[name]![column] ?? null;
    if (percent !== null) values.set(metric, percent / 100);
  }
  return { table: table.number, values };
}
