/**
 * `deno task reproduce`: a table or figure of the paper, made here, beside the paper's numbers.
 *
 * @module
 */
import { createCommand, runCommand } from "./cli/command.ts";
import { presetOption, setOption } from "./cli/config_options.ts";
import { quoteArgument } from "./cli/format.ts";
import { type Interrupts, listenForInterrupts } from "./cli/interrupt.ts";
import { anyEngineOption, choiceOption, engineOption, ignoreMemoryOption } from "./cli/options.ts";
import { print, say } from "./cli/print.ts";
import { integer } from "./cli/values.ts";
import { announce } from "./reproduce/announce.ts";
import { drawData, drawRuns } from "./reproduce/draw.ts";
import {
  planReproduction,
  type Reproduction,
  type ReproductionRequest,
} from "./reproduce/reproduction.ts";
import { PROTOCOLS } from "./reproduce/rows.ts";
import { runMissing } from "./reproduce/run_missing.ts";
import { readFinished, writeTables } from "./reproduce/tables.ts";

interface Flags extends ReproductionRequest {
  readonly dryRun?: true;
}

const command = createCommand("reproduce", "Trains and evaluates a table or figure of the paper.")
  .option("--table <number>", "1 to 6", integer)
  .option("--figure <number>", "1, 3, or 8 to 13", integer)
  .option(
    "--data <directory>",
    "dataset directory, or the one that holds top50/ and full/ (default: the demo's synthetic cohort)",
  )
  .option("--out <directory>", "folder of the runs and tables", "reproduce")
  .option("--seeds <number>", "runs of every row", integer, 1)
  .addOption(
    choiceOption(
      "--protocol <name>",
      "how the baselines of tables 3 and 4 are trained: as the paper's authors did (the default), or " +
        "each as its own authors did",
      PROTOCOLS,
    ),
  )
  .option("--models <names>", "these systems or rows alone, joined by commas")
  .addOption(presetOption("by the dataset, small unless it is MIMIC-III"))
  .addOption(setOption("change a key in every run whose system has it; may be repeated"))
  .addOption(engineOption())
  .addOption(anyEngineOption("go on with runs that were begun on another engine"))
  .addOption(ignoreMemoryOption())
  .option("--dry-run", "show the runs and what they would cost, and stop")
  .action(reproduce);

if (import.meta.main) await runCommand(command, Deno.args);

async function reproduce(flags: Flags): Promise<void> {
  const ofData = await drawData(flags);
  if (ofData !== undefined) return print(ofData);
  const reproduction = await planReproduction(flags);
  using interrupts = listenForInterrupts();
  const forecast = await announce(reproduction, interrupts.signal);
  await stopIfInterrupted(reproduction, interrupts);
  if (flags.dryRun) return;
  const failed = await runMissing(reproduction, forecast, interrupts.signal);
  await stopIfInterrupted(reproduction, interrupts);
  const table = await writeTables(reproduction, failed);
  print([table, ...await drawRuns(reproduction)].join("\n"));
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
