/**
 * `deno task reproduce`: a table or figure of the paper, made here, beside the paper's numbers.
 *
 * @module
 */
import { createCommand, runCommand } from "./cli/command.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { print } from "./cli/print.ts";
import { announce } from "./reproduce/announce.ts";
import { drawData, drawRuns } from "./reproduce/draw.ts";
import { endWithFailures, stopIfInterrupted } from "./reproduce/endings.ts";
import { declareReproduceFlags, type ReproduceFlags } from "./reproduce/flags.ts";
import { planReproduction } from "./reproduce/plan_reproduction.ts";
import { runMissing } from "./reproduce/run_missing.ts";
import type { FailedRun } from "./reproduce/summary_table.ts";
import { writeTables } from "./reproduce/tables.ts";

const command = declareReproduceFlags(
  createCommand("reproduce", "Trains and evaluates a table or figure of the paper."),
).action(reproduce);

if (import.meta.main) await runCommand(command, Deno.args);

async function reproduce(flags: ReproduceFlags): Promise<void> {
  const ofData = await drawData(flags);
  if (ofData !== undefined) return print(ofData);
  const reproduction = await planReproduction(flags);
  using interrupts = listenForInterrupts();
  const forecast = await announce(reproduction, interrupts.signal);
  await stopIfInterrupted("reproduce", reproduction, interrupts);
  if (flags.dryRun) return;
  const write = (failed: readonly FailedRun[]) => writeTables(reproduction, failed);
  const failed = await runMissing(reproduction, { forecast, write }, interrupts.signal);
  await stopIfInterrupted("reproduce", reproduction, interrupts);
  const { markdown, json } = await writeTables(reproduction, failed);
  const figures = await drawRuns(reproduction);
  print(flags.json ? json.trimEnd() : [markdown, ...figures].join("\n"));
  endWithFailures(`reproducing ${reproduction.experiment.id}`, reproduction, failed);
}
