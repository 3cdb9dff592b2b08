/**
 * The table of what is finished, in the folder of a reproduction: as Markdown and for programs.
 *
 * @module
 */
import { join } from "node:path";
import { openFolder } from "../../pipeline/files/restricted.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";
import { isComparable, reproductionNotes } from "./notes.ts";
import type { PlannedRun } from "./plan.ts";
import { formatRecord } from "./record.ts";
import type { Reproduction } from "./reproduction.ts";
import { readResult } from "./result.ts";
import { runDirectory } from "./status.ts";
import { type FinishedRun, summarize } from "./summary.ts";
import { type FailedRun, formatSummary } from "./summary_table.ts";

/** A table as it stands. */
export interface WrittenTables {
  readonly markdown: string;
  /** For programs. */
  readonly json: string;
}

/** Writes both, and returns them. Throws `ResourceError`. */
export async function writeTables(
  reproduction: Reproduction,
  failed: readonly FailedRun[],
): Promise<WrittenTables> {
  const { out, experiment, dataset, engineTitle, preset, set, runs, reference } = reproduction;
  const comparable = isComparable(reproduction);
  const rows = summarize(
    experiment,
    await readFinished(out, runs),
    await readFinished(out, reference),
    comparable,
  );
  const notes = reproductionNotes(reproduction, rows);
  const markdown = formatSummary(experiment, rows, failed, notes);
  const json = formatRecord({
    experiment: experiment.id,
    protocol: experiment.protocol,
    comparable,
    dataset: { directory: dataset.directory, hash: dataset.hash },
    preset,
    set,
    engine: engineTitle,
    notes,
    columns: experiment.columns,
    rows,
    failed: failed.map(({ run: { name, rows }, failure }) => ({ name, rows, failure })),
  });
  using _modes = await openFolder(out, dataset.manifest.restricted);
  await writeAtomic(join(out, `${experiment.id}.json`), json);
  await writeAtomic(join(out, `${experiment.id}.md`), markdown);
  return { markdown, json };
}

/** Those of the runs that have a result. */
export async function readFinished(
  out: string,
  runs: readonly PlannedRun[],
): Promise<FinishedRun[]> {
  const results = await Promise.all(runs.map((run) => readResult(runDirectory(out, run))));
  return runs.flatMap((run, at) => {
    const result = results[at];
    return result ? [{ run, result }] : [];
  });
}
