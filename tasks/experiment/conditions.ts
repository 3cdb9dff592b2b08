/**
 * What a reader has to know of any table of runs: how they were made.
 *
 * @module
 */
import { counted } from "../cli/format.ts";
import { evaluatedSplit, type PlannedExperiment } from "./planned.ts";

/** What is said of a table's runs. */
export interface RunConditions
  extends Pick<PlannedExperiment, "dataset" | "runs" | "preset" | "set" | "seeds"> {
  /** What computed, in words. */
  readonly engineTitle: string;
}

/** How the runs were made that a table is about, on one line. */
export function conditions(
  { dataset, runs, preset, set, seeds, engineTitle }: RunConditions,
): string {
  const { train, dev, test } = dataset.manifest.documents;
  const epochs = runs.reduce((most, { config }) => Math.max(most, config.epochs), 0);
  return [
    `In percent, on the ${evaluatedSplit(dataset)} split ` +
    `(${train} train, ${dev} dev, ${test} test documents)`,
    seeds === 1 ? "1 seed" : `mean ± deviation over ${seeds} seeds`,
    `preset ${[preset, ...set].join(", ")}`,
    `at most ${counted(epochs, "epoch")}`,
    "F1 at 0.5, `tuned` at the threshold that maximises micro-F1 on dev",
    `engine ${engineTitle}.`,
  ].join("; ");
}

/** What a reader has to know where not all of the runs are done. */
export function missingRuns(runs: PlannedExperiment["runs"], done: number): string[] {
  return done < runs.length ? [`Not complete: ${done} of ${runs.length} runs are finished.`] : [];
}

/** What a reader has to know of single systems among the runs. */
export function systemCaveats(runs: PlannedExperiment["runs"]): string[] {
  const isFromScratch = runs.some(({ config: { model } }) =>
    model.name === "mdbert" && model.checkpoint === ""
  );
  if (!isFromScratch) return [];
  return [
    "MDBERT without a pretrained checkpoint (--set model.checkpoint=FOLDER) is a small encoder " +
    "from scratch.",
  ];
}
