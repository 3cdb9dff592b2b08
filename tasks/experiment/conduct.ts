/**
 * Carries a planned experiment out: says what there is to do, trains what is missing, and leaves a
 * table of what is finished. `reproduce`, `compare` and `sweep` are this, each with its own rows and
 * table.
 *
 * @module
 */
import { describeEngine } from "../../model/layers/recurrence/choose.ts";
import type { EngineName } from "../../model/engine/engine.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { requireOutside } from "../../pipeline/files/output_places.ts";
import { openEngine } from "../cli/engine.ts";
import { listenForInterrupts } from "../cli/interrupt.ts";
import { print, say } from "../cli/print.ts";
import { formatPlain } from "../report/table.ts";
import { announce, planTitle } from "./announce.ts";
import { type ArrayFlags, readEntries, writeArray } from "./array.ts";
import { stopIfInterrupted } from "./endings.ts";
import { readFailures } from "./failures.ts";
import type { PlannedRun } from "./plan.ts";
import { formatPlanJson, type PlanEntry, planTable } from "./plan_table.ts";
import type { PlannedExperiment } from "./planned.ts";
import type { ExperimentReport } from "./report.ts";
import { executeAloud, type Failure, runMissing } from "./run_missing.ts";
import type { FailedRun } from "./summary_table.ts";
import { formatStatus, runTitle } from "./words.ts";

/** How runs are carried out, as a command line says it. */
export interface ConductFlags extends ArrayFlags {
  readonly engine: EngineName;
  /** Goes on with runs that were begun on another engine. */
  readonly anyEngine?: true;
  /** Trains also where the memory that a step will need is more than is free. */
  readonly ignoreMemory?: true;
  /** Prints what there is to do, and does nothing. */
  readonly dryRun?: true;
  /** Prints JSON where a table would be. */
  readonly json?: true;
  /** The number of a run in the plan, from 1: it alone is done, and no table is made. */
  readonly only?: number;
}

/** The table, and the runs that failed. */
export interface Conducted extends ExperimentReport {
  /** Of the runs that were tried here. */
  readonly failed: readonly Failure[];
}

type WriteReport = (failed: readonly FailedRun[]) => Promise<ExperimentReport>;

/**
 * Trains and evaluates the runs that lack a result, or leaves them to SLURM. An interrupt ends the
 * process, with the runs so far kept.
 *
 * @param task the command, for those who are to give it again.
 * @param write writes the table of what is finished and of what failed so far.
 * @returns undefined where no table was asked for.
 * @throws {ReportedError} as the engine does, and where the table cannot be written.
 */
export async function conduct(
  task: string,
  plan: PlannedExperiment,
  flags: ConductFlags,
  write: WriteReport,
): Promise<Conducted | undefined> {
  await requireOutside(plan.dataset.directory, [plan.out]);
  if (flags.slurm) return await conductArray(task, plan, flags, write);
  const only = flags.only === undefined ? undefined : runNumber(plan, flags.only);
  const engine = await openEngine(flags.engine);
  using interrupts = listenForInterrupts();
  const { anyEngine, ignoreMemory } = flags;
  const how = { engine, anyEngine, ignoreMemory, interrupt: interrupts.signal };
  if (only) {
    await executeAloud(only, plan, how);
    await stopIfInterrupted(task, plan, interrupts);
    return undefined;
  }
  const { forecast, entries } = await announce(plan, describeEngine(engine), interrupts.signal);
  await stopIfInterrupted(task, plan, interrupts);
  if (flags.dryRun) return printPlan(plan, entries, flags);
  const failed = await runMissing(plan, how, { forecast, write });
  await stopIfInterrupted(task, plan, interrupts);
  return { ...await write(failed), failed };
}

/** Leaves what is missing to SLURM; the table is of what is finished, wherever it was trained. */
async function conductArray(
  task: string,
  plan: PlannedExperiment,
  flags: ConductFlags,
  write: WriteReport,
): Promise<Conducted | undefined> {
  const entries = await readEntries(plan);
  if (flags.dryRun) return printPlan(plan, entries, flags);
  say(planTitle(plan));
  for (const { run, status, queued } of entries) {
    say(`  ${runTitle(run)}: ${formatStatus(status, run, queued)}`);
  }
  await writeArray(task, plan, entries, flags);
  const open = entries.filter(({ status }) => status.kind !== "finished").map(({ run }) => run);
  return { ...await write(await readFailures(plan.out, open)), failed: [] };
}

function runNumber({ runs }: PlannedExperiment, number: number): PlannedRun {
  const run = runs[number - 1];
  if (run) return run;
  throw new UsageError(
    `reading --only ${number}: expected a number from 1 to ${runs.length}, which are the plan's runs`,
  );
}

function printPlan(
  plan: PlannedExperiment,
  entries: readonly PlanEntry[],
  { json }: ConductFlags,
): undefined {
  print(
    json ? formatPlanJson(entries) : formatPlain(planTable(planTitle(plan), entries)).trimEnd(),
  );
}
