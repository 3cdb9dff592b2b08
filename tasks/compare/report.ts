/**
 * `leaderboard.md` and `leaderboard.json` of a comparison, of the runs that are finished.
 *
 * @module
 */
import { join } from "node:path";
import { openFolder } from "../../pipeline/files/restricted.ts";
import { writeAtomic } from "../../pipeline/files/write.ts";
import { restrictedNote, SYNTHETIC_NOTE } from "../report/restricted.ts";
import { formatMarkdown } from "../report/table.ts";
import { conditions, systemCaveats } from "../reproduce/notes.ts";
import { evaluatedSplit } from "../reproduce/reproduction.ts";
import { RESAMPLES, summarize } from "../reproduce/summary.ts";
import { type FailedRun, formatFailures } from "../reproduce/summary_table.ts";
import { readFinished } from "../reproduce/tables.ts";
import type { Comparison } from "./comparison.ts";
import { leaderboardTable, rankRows } from "./leaderboard.ts";

/** A leaderboard as it stands. */
export interface LeaderboardReport {
  readonly markdown: string;
  /** For programs. */
  readonly json: string;
}

/** Writes both, and returns them. Throws `ResourceError`. */
export async function writeLeaderboard(
  comparison: Comparison,
  failed: readonly FailedRun[],
): Promise<LeaderboardReport> {
  const { out, dataset } = comparison;
  const report = await makeReport(comparison, failed);
  using _modes = await openFolder(out, dataset.manifest.restricted);
  await writeAtomic(join(out, "leaderboard.json"), report.json);
  await writeAtomic(join(out, "leaderboard.md"), report.markdown);
  return report;
}

async function makeReport(
  comparison: Comparison,
  failed: readonly FailedRun[],
): Promise<LeaderboardReport> {
  const { out, experiment, dataset, runs, reference, sort, against } = comparison;
  const { target, columns, title } = experiment;
  const { labelSet } = dataset.manifest;
  const split = evaluatedSplit(dataset);
  const finished = await readFinished(out, runs);
  const summary = summarize(experiment, finished, await readFinished(out, reference), false);
  const rows = rankRows(summary, finished, { labelSet, target, sort });
  const notes = leaderboardNotes(comparison, finished.length);
  const table = leaderboardTable(rows, { title, columns, split, reference: against });
  const { preset, set, seeds, engineTitle: engine } = comparison;
  const record = {
    format: "marn-leaderboard",
    version: 1,
    dataset: { directory: dataset.directory, hash: dataset.hash },
    ...{ target, split, preset, set, seeds, engine, sort, against, notes, rows },
    failed: failed.map(({ run, failure }) => ({ name: run.name, rows: run.rows, failure })),
  };
  return {
    markdown: [
      formatMarkdown(table),
      ...notes.map((note) => `${note}\n`),
      ...formatFailures(failed),
    ].join("\n"),
    json: `${JSON.stringify(record, null, 2)}\n`,
  };
}

/** What to know of the rows: a paragraph each. */
function leaderboardNotes(comparison: Comparison, done: number): string[] {
  const { dataset: { manifest }, runs, against } = comparison;
  return [
    ...manifest.synthetic ? [SYNTHETIC_NOTE] : [],
    ...done < runs.length ? [`Not complete: ${done} of ${runs.length} runs are finished.`] : [],
    conditions(comparison),
    "In brackets 95% bootstrap intervals over documents, of all seeds together. p: two-sided paired " +
    `bootstrap against ${against}, ${RESAMPLES} resamples of the documents; runs of the same seed are ` +
    "paired.",
    ...systemCaveats(runs),
    ...manifest.restricted ? [restrictedNote(manifest.options)] : [],
  ];
}
