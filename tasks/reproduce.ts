/**
 * `deno task reproduce`: a table or figure of the paper, made here, beside the paper's numbers.
 *
 * @module
 */
import { createCommand, runCommand } from "./cli/command.ts";
import { quoteArgument } from "./cli/format.ts";
import { type Interrupts, listenForInterrupts } from "./cli/interrupt.ts";
import { print, say } from "./cli/print.ts";
import { announce } from "./reproduce/announce.ts";
import { drawData, drawRuns } from "./reproduce/draw.ts";
import { declareReproduceFlags, type ReproduceFlags } from "./reproduce/flags.ts";
import { planReproduction, type Reproduction } from "./reproduce/reproduction.ts";
import { runMissing } from "./reproduce/run_missing.ts";
import { readFinished, writeTables } from "./reproduce/tables.ts";

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
  await stopIfInterrupted(reproduction, interrupts);
  if (flags.dryRun) return;
  const failed = await runMissing(reproduction, forecast, interrupts.signal);
  await stopIfInterrupted(reproduction, interrupts);
  print([await writeTables(reproduction, failed), ...await drawRuns(reproduction)].join("\n"));
  const { experiment, runs } = reproduction;
  if (failed.length === 0) return;
  say(
    `error: reproducing ${experiment.id}: ${failed.length} of ${runs.length} runs failed, ` +
      `the others stand; run the same command again to retry those`,
  );
  Deno.exit(failed[0]!.exitCode);
}

/** Ends the process after an interrupt, saying how to go on. */
async function stopIfInterrupted(
  { out, runs }: Reproduction,
  { exitCode }: Interrupts,
): Promise<void> {
  if (exitCode === undefined) return;
  const finished = await readFinished(out, runs);
  say(
    `stopped with ${finished.length} of ${runs.length} runs finished; ` +
      `go on with the same command: ` +
      `deno task reproduce ${Deno.args.map(quoteArgument).join(" ")}`,
  );
  Deno.exit(exitCode);
}
