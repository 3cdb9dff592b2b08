/**
 * What a run is called in tables, and which row of the paper's tables it answers to.
 *
 * @module
 */
import type { TrainConfig } from "../../model/config/config.ts";
import type { Metric } from "../../model/metrics/names.ts";
import type { Manifest, Task } from "../../pipeline/schema.ts";
import { systemNamed } from "../../model/zoo/systems.ts";
import { paperTables } from "./paper_tables.ts";

/** A system as configured: `MARN`, `MARN w/o MTL+FL`, `CAML + MTL + RAM`. */
export function systemTitle({ model, loss }: TrainConfig): string {
  const { title } = systemNamed(model.name);
  const mtl = "mtl" in model && model.mtl, ram = "ram" in model && model.ram;
  const focal = loss.name !== "bce";
  const given = [["MTL", mtl], ["RAM", ram], ["FL", focal]] as const;
  if (model.name === "marn") {
    const removed = given.filter(([, on]) => !on).map(([block]) => block);
    return removed.length === 0 ? title : `${title} w/o ${removed.join("+")}`;
  }
  const own = model.name === "mt-ram" ? ["MTL", "RAM"] : [];
  const added = given.filter(([block, on]) => on && !own.includes(block)).map(([block]) => block);
  return [title, ...added].join(" + ");
}

/** The paper's values for one run and label set. */
export interface PaperRow {
  /** Where they stand. */
  readonly table: number;
  /** From 0 to 1, by metric. */
  readonly values: ReadonlyMap<Metric, number>;
}

/**
 * The paper's row for a run: undefined where its tables have none for the system and label set, or
 * where the dataset is not MIMIC-III with the published split.
 */
export function paperRow(
  config: TrainConfig,
  task: Task,
  manifest: Manifest,
): PaperRow | undefined {
  const { source, split, ccsLabels } = manifest.options;
  if (manifest.synthetic || source !== "mimic3" || split !== "published") return undefined;
  if (task === "ccs" && ccsLabels !== "paper") return undefined;
  const full = manifest.labelSet === "full";
  if (!full && manifest.labelSet !== "top50") return undefined;
  const title = systemTitle(config), ablation = title.replace(/^MARN (?=w\/o)/, "");
  const first = task === "ccs" ? 3 : ablation === title ? 1 : 5, table = full ? first + 1 : first;
  const { columns, rows } = paperTables[table]!;
  const row = Object.hasOwn(rows, ablation) ? rows[ablation] : undefined;
  if (!row) return undefined;
  const values = columns.map((metric, at) => [metric, row[at] ?? NaN] as const)
    .filter(([, percent]) => !Number.isNaN(percent));
  return { table, values: new Map(values.map(([metric, percent]) => [metric, percent / 100])) };
}
