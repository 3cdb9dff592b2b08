/**
 * The plan of an experiment as a table: its runs by number, and where each stands.
 *
 * @module
 */
import { formatDuration } from "../cli/format.ts";
import type { Table } from "../report/table.ts";
import type { PlannedRun } from "./plan.ts";
import type { RunStatus } from "./status.ts";
import { formatStatus } from "./words.ts";

/** A run of the plan, and where it stands. */
export interface PlanEntry {
  readonly run: PlannedRun;
  readonly status: RunStatus;
  /** What is left of it as measured here; undefined where that was not. */
  readonly seconds?: number | undefined;
  /** Whether SLURM has a task for it, which waits or runs. */
  readonly queued?: boolean | undefined;
}

/** The plan as a table for people, one run a line. */
export function planTable(title: string, entries: readonly PlanEntry[]): Table {
  const measured = entries.some(({ seconds = 0 }) => seconds > 0);
  return {
    title,
    columns: ["row", "run", "seed", "state", ...measured ? ["about"] : []],
    rows: entries.map(({ run, status, seconds = 0, queued }, at) => [
      run.rows.join(" and "),
      `${at + 1}`,
      `${run.config.seed}`,
      formatStatus(status, run, queued),
      ...measured ? [seconds > 0 ? formatDuration(seconds) : ""] : [],
    ]),
  };
}

/** The same for programs, in JSON. */
export function formatPlanJson(entries: readonly PlanEntry[]): string {
  const runs = entries.map(({ run, status, seconds = null, queued = false }, at) => ({
    number: at + 1,
    rows: run.rows,
    seed: run.config.seed,
    name: run.name,
    state: status.kind,
    queued,
    seconds,
  }));
  return JSON.stringify(runs, null, 2);
}
