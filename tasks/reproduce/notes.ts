/**
 * What a reader of a reproduced table has to know.
 *
 * @module
 */
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { counted } from "../cli/format.ts";
import { evaluatedSplit } from "./execute.ts";
import type { Experiment } from "./experiments.ts";
import type { PlannedRun } from "./plan.ts";
import { RESAMPLES, type SummaryRow } from "./summary.ts";

/** What the notes are about. */
export interface Setting {
  /** The table or figure. */
  readonly experiment: Experiment;
  /** What was trained on. */
  readonly dataset: Dataset;
  /** Every planned run. */
  readonly runs: readonly PlannedRun[];
  /** Preset of every run. */
  readonly preset: string;
  /** What `--set` changed. */
  readonly set: readonly string[];
  /** Runs of every row. */
  readonly seeds: number;
  /** The engine, in words. */
  readonly engine: string;
}

/**
 * Whether the paper's numbers may stand beside: MIMIC-III with the published split, the same label set,
 * and for CCS labels merged as the paper merges them.
 */
export function isComparable({ target, labelSet }: Experiment, { manifest }: Dataset): boolean {
  const { source, split, ccsLabels } = manifest.options;
  return source === "mimic3" && !manifest.synthetic && split === "published" &&
    manifest.labelSet === labelSet && (target === "icd" || ccsLabels === "paper");
}

/** A paragraph each. */
export function describe(setting: Setting, rows: readonly SummaryRow[]): string[] {
  const { dataset, runs, preset, set, seeds, engine } = setting;
  const { train, dev, test } = dataset.manifest.documents;
  const epochs = runs.reduce((most, { config }) => Math.max(most, config.epochs), 0);
  const done = new Set(rows.flatMap(({ runs }) => runs.map(({ name }) => name))).size;
  return [
    provenance(setting),
    ...(done < runs.length ? [`Not complete: ${done} of ${runs.length} runs are finished.`] : []),
    `In percent, on the ${
      evaluatedSplit(dataset)
    } split (${train} train, ${dev} dev, ${test} test ` +
    `documents); ${seeds === 1 ? "1 seed" : `mean ± deviation over ${seeds} seeds`}; preset ` +
    `${preset}${set.map((change) => `, ${change}`).join("")}; at most ${
      counted(epochs, "epoch")
    }; ` +
    `F1 at 0.5, \`tuned\` at the threshold that maximises micro-F1 on dev; engine ${engine}.`,
    ...comparison(rows),
    ...caveats(setting),
  ];
}

function provenance({ experiment, dataset }: Setting): string {
  const { synthetic, labelSet, options } = dataset.manifest;
  const leftOut = "the paper's numbers do not compare and are left out";
  if (synthetic) {
    return `**The notes are synthetic**: no number here says anything about clinical text, and ` +
      `${leftOut}.`;
  }
  if (isComparable(experiment, dataset)) return "MIMIC-III, published split.";
  if (options.source !== "mimic3") return `Not MIMIC-III (${dataset.directory}): ${leftOut}.`;
  if (options.split !== "published") {
    return `MIMIC-III, but not the published split (prepare --split published): ${leftOut}.`;
  }
  if (labelSet !== experiment.labelSet) {
    return `MIMIC-III with other labels, ${labelSet}: ${leftOut}.`;
  }
  return `MIMIC-III, but prepared with --ccs-labels separate, where the paper merged equal category ` +
    `numbers: ${leftOut}.`;
}

function comparison(rows: readonly SummaryRow[]): string[] {
  const compared = rows.flatMap(({ versusMarn }) => versusMarn ? [versusMarn] : []);
  if (compared.length === 0) return ["No p-values: MARN has no finished run with these settings."];
  return [
    `p: two-sided paired bootstrap against MARN, ${RESAMPLES} resamples of the documents; runs of the ` +
    `same seed are paired.`,
  ];
}

function caveats({ experiment, dataset, runs }: Setting): string[] {
  const comparable = isComparable(experiment, dataset), notes: string[] = [];
  if (comparable && dataset.manifest.options.ccsLabels !== "paper") {
    notes.push("Prepared with --ccs-labels separate: the paper merged equal category numbers.");
  }
  if (comparable && experiment.rows.some(({ name }) => name === "Fusion")) {
    notes.push("The paper's Fusion was trained on more documents than its other systems.");
  }
  if (comparable && experiment.id === "table-3") {
    notes.push("The paper's BiGRU row equals Table 1's CNN row there, which may be a slip.");
  }
  if (runs.some(({ config: { model } }) => model.name === "mdbert" && model.checkpoint === "")) {
    notes.push(
      "MDBERT without a pretrained checkpoint (--set model.checkpoint=FOLDER) is a small encoder " +
        "from scratch.",
    );
  }
  return notes;
}
