/**
 * `sweep.md` and `sweep.json`: the combinations that are finished, the best first.
 *
 * @module
 */
import { conditions, missingRuns, systemCaveats } from "../experiment/conditions.ts";
import { enginesOf, type FinishedRun, readFinished } from "../experiment/finished.ts";
import { evaluatedSplit } from "../experiment/planned.ts";
import { type ExperimentReport, writeReport } from "../experiment/report.ts";
import { readState, runDirectory } from "../experiment/status.ts";
import { type FailedRun, formatAnnotated } from "../experiment/summary_table.ts";
import { restrictedNote, SYNTHETIC_NOTE } from "../report/restricted.ts";
import type { PlannedSweep } from "./plan_sweep.ts";
import { type SweepRow, sweepRows, sweepTable } from "./rows.ts";

/** Writes both, and returns them. Throws `ResourceError`. */
export async function writeSweep(
  sweep: PlannedSweep,
  failed: readonly FailedRun[],
): Promise<ExperimentReport> {
  const { out, dataset, runs, preset, set, seeds, grid, config } = sweep;
  const finished = await withDevScores(out, await readFinished(out, runs));
  const engine = enginesOf(finished);
  const rows = sweepRows(sweep, finished);
  const notes = sweepNotes(sweep, rows, { engine, done: finished.length });
  const record = {
    format: "marn-sweep",
    version: 1,
    dataset: { directory: dataset.directory, hash: dataset.hash },
    target: config.target,
    monitor: config.monitor,
    split: evaluatedSplit(dataset),
    preset,
    set,
    grid: Object.fromEntries(grid.map(({ key, values }) => [key, values])),
    seeds,
    engine,
    notes,
    best: bestOf(rows)?.values ?? null,
    rows,
    failed: failed.map(({ run, failure }) => ({ name: run.name, rows: run.rows, failure })),
  };
  return await writeReport(sweep, "sweep", {
    markdown: formatAnnotated(sweepTable(rows, sweep), notes, failed),
    json: `${JSON.stringify(record, null, 2)}\n`,
  });
}

/** Results of earlier versions keep no score on dev: their runs' checkpoints do. */
async function withDevScores(
  out: string,
  finished: readonly FinishedRun[],
): Promise<FinishedRun[]> {
  return await Promise.all(finished.map(async ({ run, result }) => {
    if (result.best !== undefined) return { run, result };
    const { stopping: { best } } = await readState(out, run);
    return { run, result: { ...result, best } };
  }));
}

/** The row that dev chooses; none before one has a score there. */
function bestOf([first]: readonly SweepRow[]): SweepRow | undefined {
  return first?.dev.mean === null ? undefined : first;
}

/** What to know of the rows: a paragraph each. */
function sweepNotes(
  sweep: PlannedSweep,
  rows: readonly SweepRow[],
  { engine, done }: { readonly engine: string; readonly done: number },
): string[] {
  const { dataset: { manifest }, runs } = sweep;
  return [
    ...manifest.synthetic ? [SYNTHETIC_NOTE] : [],
    ...missingRuns(runs, done),
    ...choice(sweep, rows),
    conditions({ ...sweep, engineTitle: engine }),
    "In brackets 95% bootstrap intervals over documents, of all seeds together.",
    ...systemCaveats(runs),
    ...manifest.restricted ? [restrictedNote(manifest.options)] : [],
  ];
}

/** Which row is the best, by what, and where its runs lie. */
function choice({ out, dataset, config, runs }: PlannedSweep, rows: readonly SweepRow[]): string[] {
  const best = bestOf(rows);
  if (!best) return [];
  const alike = rows.filter(({ dev }) => dev.mean === best.dev.mean);
  const names = new Set(alike.flatMap(({ runs }) => runs.map(({ name }) => name)));
  const folders = runs.filter(({ name }) => names.has(name)).map((run) => runDirectory(out, run));
  const ofTest = evaluatedSplit(dataset) === "test"
    ? "figures of test chose nothing"
    : "there are no test documents: the other figures are of dev, too, and flatter what it chose";
  return [
    `Best by ${config.monitor} on dev: ${alike.map(({ name }) => name).join(" and ")}; ` +
    `${ofTest}. Runs: ${folders.join(", ")}.`,
  ];
}
