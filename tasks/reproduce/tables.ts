/**
 * The table of what is finished, in the folder of a reproduction: as Markdown and for programs.
 *
 * @module
 */
import { enginesOf, readFinished } from "../experiment/finished.ts";
import type { PlannedExperiment } from "../experiment/planned.ts";
import { type ExperimentReport, writeReport } from "../experiment/report.ts";
import { summarize } from "../experiment/summary.ts";
import { type FailedRun, formatSummary } from "../experiment/summary_table.ts";
import { isComparable, reproductionNotes } from "./notes.ts";
import { formatRecord } from "./record.ts";

/** Writes both, and returns them. Throws `ResourceError`. */
export async function writeTables(
  reproduction: PlannedExperiment,
  failed: readonly FailedRun[],
): Promise<ExperimentReport> {
  const { out, experiment, dataset, preset, set, runs, reference } = reproduction;
  const comparable = isComparable(reproduction);
  const finished = await readFinished(out, runs);
  const rows = summarize(experiment, finished, await readFinished(out, reference), comparable);
  const engine = enginesOf(finished);
  const notes = reproductionNotes({ ...reproduction, engineTitle: engine }, rows);
  const markdown = formatSummary(experiment, rows, failed, notes);
  const json = formatRecord({
    experiment: experiment.id,
    protocol: experiment.protocol,
    comparable,
    dataset: { directory: dataset.directory, hash: dataset.hash },
    preset,
    set,
    engine,
    notes,
    columns: experiment.columns,
    rows,
    failed: failed.map(({ run: { name, rows }, failure }) => ({ name, rows, failure })),
  });
  return await writeReport(reproduction, experiment.id, { markdown, json });
}
