/**
 * Carries a planned experiment out: says what there is to do, trains what is missing, and leaves a
 * table of what is finished. `reproduce`, `compare` and `sweep` are this, each with its own rows and
 * table.
 *
 * @module
 */
import { describeEngine } from "../../model/layers/recurrence/choose.ts";
import type { EngineName } from "../../model/engine/engine.ts";
import { openEngine } from "../cli/engine.ts";
import { listenForInterrupts } from "../cli/interrupt.ts";
import { print } from "../cli/print.ts";
import { formatPlain } from "../report/table.ts";
import { announce, planTitle } from "./announce.ts";
import { stopIfInterrupted } from "./endings.ts";
import { formatPlanJson, type PlanEntry, planTable } from "./plan_table.ts";
import type { PlannedExperiment } from "./planned.ts";
import type { ExperimentReport } from "./report.ts";
import { type Failure, runMissing } from "./run_missing.ts";
import type { FailedRun } from "./summary_table.ts";

/** How runs are carried out, as a command line says it. */
export interface ConductFlags {
  readonly engine: EngineName;
  /** Goes on with runs that were begun on another engine. */
  readonly anyEngine?: true;
  /** Trains also where the memory that a step will need is more than is free. */
  readonly ignoreMemory?: true;
  /** Prints what there is to do, and does nothing. */
  readonly dryRun?: true;
  /** Prints it for programs. */
  readonly json?: true;
}

/** What came of it. */
export interface Conducted extends ExperimentReport {
  readonly failed: readonly Failure[];
}

/**
 * Trains and evaluates the runs that lack a result. An interrupt ends the process, with the runs so far
 * kept.
 *
 * @param task the command, for those who are to give it again.
 * @param write writes the table of what is finished and of what failed so far.
 * @returns undefined where nothing was to be done.
 * @throws {ReportedError} as the engine does, and where the table cannot be written.
 */
export async function conduct(
  task: string,
  plan: PlannedExperiment,
  flags: ConductFlags,
  write: (failed: readonly FailedRun[]) => Promise<ExperimentReport>,
): Promise<Conducted | undefined> {
  const engine = await openEngine(flags.engine);
  using interrupts = listenForInterrupts();
  const { forecast, entries } = await announce(plan, describeEngine(engine), interrupts.signal);
  await stopIfInterrupted(task, plan, interrupts);
  if (flags.dryRun) return printPlan(plan, entries, flags);
  const { anyEngine, ignoreMemory } = flags;
  const how = { engine, anyEngine, ignoreMemory, interrupt: interrupts.signal };
  const failed = await runMissing(plan, how, { forecast, write });
  await stopIfInterrupted(task, plan, interrupts);
  return { ...await write(failed), failed };
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
