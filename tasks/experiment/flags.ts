/**
 * Options of all commands that train many runs.
 *
 * @module
 */
import type { Command } from "commander";
import { anyEngineOption, engineOption, ignoreMemoryOption, jsonOption } from "../cli/options.ts";

/**
 * Declares the options.
 *
 * @param table what is printed, in words.
 */
export function declareExperimentOptions(command: Command, table: string): Command {
  return command
    .addOption(engineOption())
    .addOption(anyEngineOption("go on with runs that were begun on another engine"))
    .addOption(ignoreMemoryOption())
    .option("--dry-run", "show the runs and what they would cost, and stop")
    .addOption(jsonOption(table));
}
