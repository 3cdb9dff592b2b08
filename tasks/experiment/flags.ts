/**
 * Options of all commands that train many runs.
 *
 * @module
 */
import type { Command } from "commander";
import { refuseIdle } from "../cli/idle_options.ts";
import { positiveNumber } from "../cli/values.ts";
import { sbatchOption, slurmOption } from "../slurm/options.ts";
import { anyEngineOption, engineOption, ignoreMemoryOption, jsonOption } from "../cli/options.ts";

/**
 * Declares the options.
 *
 * @param table what is printed, in words.
 */
export function declareExperimentOptions(command: Command, table: string): Command {
  const declared = command
    .addOption(engineOption())
    .addOption(anyEngineOption("go on with runs that were begun on another engine"))
    .addOption(ignoreMemoryOption())
    .option("--dry-run", "show the runs and what they would cost, and stop")
    .addOption(
      slurmOption(
        "leave the runs that are missing to SLURM as an array job (write: its script alone), and join " +
          "those that are finished",
      ),
    )
    .addOption(sbatchOption())
    .option(
      "--only <number>",
      "this run of the plan alone: what a task of the job does",
      positiveNumber,
    )
    .addOption(jsonOption(table));
  return refuseIdle(declared, [
    { options: ["--sbatch"], without: "--slurm" },
    { options: ["--slurm", "--dry-run", "--json"], beside: "--only" },
  ]);
}
