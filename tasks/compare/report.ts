/**
 * `leaderboard.md` and `leaderboard.json` of a comparison, of the runs that are finished.
 *
 * @module
 */
import { restrictedNote, SYNTHETIC_NOTE } from "../report/restricted.ts";
import { conditions, missingRuns, systemCaveats } from "../experiment/conditions.ts";
import { enginesOf, readFinished } from "../experiment/finished.ts";
import { evaluatedSplit } from "../experiment/planned.ts";
import { type ExperimentReport, writeReport } from "../experiment/report.ts";
import { RESAMPLES, summarize } from "../experiment/summary.ts";
import { type FailedRun, formatAnnotated } from "../experiment/summary_table.ts";
import type { Comparison } from "./comparison.ts";
import { leaderboardTable, rankRows } from "./leaderboard.ts";

/** Writes both, and returns them. Throws `ResourceError`. */
export async function writeLeaderboard(
  comparison: Comparison,
  failed: readonly FailedRun[],
): Promise<ExperimentReport> {
  return await writeReport(comparison, "leaderboard", await makeReport(comparison, failed));
}

async function makeReport(
  comparison: Comparison,
  failed: readonly FailedRun[],
): Promise<ExperimentReport> {
  const { out, experiment, dataset, runs, reference, sort, against } = comparison;
  const { target, columns, title } = experiment;
  const { labelSet } = dataset.manifest;
  const split = evaluatedSplit(dataset);
  const finished = await readFinished(out, runs);
  const summary = summarize(experiment, finished, await readFinished(out, reference), false);
  const rows = rankRows(summary, finished, { labelSet, target, sort });
  const engine = enginesOf(finished);
  const notes = leaderboardNotes(comparison, { engine, done: finished.length });
  const table = leaderboardTable(rows, { title, columns, split, reference: against });
  const { preset, set, seeds } = comparison;
  const record = {
    format: "marn-leaderboard",
    version: 1,
    dataset: { directory: dataset.directory, hash: dataset.hash },
    ...{ target, split, preset, set, seeds, engine, sort, against, notes, rows },
    failed: failed.map(({ run, failure }) => ({ name: run.name, rows: run.rows, failure })),
  };
  return {
    markdown: formatAnnotated(table, notes, failed),
    json: `${JSON.stringify(record, null, 2)}\n`,
  };
}

/** What to know of the rows: a paragraph each. */
function leaderboardNotes(
  comparison: Comparison,
  { engine, done }: { readonly engine: string; readonly done: number },
): string[] {
  const { dataset: { manifest }, runs, against } = comparison;
  return [
    ...manifest.synthetic ? [SYNTHETIC_NOTE] : [],
    ...missingRuns(runs, done),
    conditions({ ...comparison, engineTitle: engine }),
    "In brackets 95% bootstrap intervals over documents, of all seeds together. p: two-sided paired " +
    `bootstrap against ${against}, ${RESAMPLES} resamples of the documents; runs of the same seed are ` +
    "paired.",
    ...systemCaveats(runs),
    ...manifest.restricted ? [restrictedNote(manifest.options)] : [],
  ];
}
