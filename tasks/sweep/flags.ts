/**
 * The command line of `deno task sweep`.
 *
 * @module
 */
import type { Command } from "commander";
import type { ConfigRequest } from "../../model/config/presets.ts";
import { declareSystemOptions } from "../cli/config_options.ts";
import { dataOption } from "../cli/options.ts";
import { collect, positiveNumber } from "../cli/values.ts";
import type { ConductFlags } from "../experiment/conduct.ts";
import { declareExperimentOptions } from "../experiment/flags.ts";

/** What is asked for. */
export interface SweepRequest extends Omit<ConfigRequest, "seed" | "training"> {
  readonly data: string;
  /** Folder of the runs and the table. */
  readonly out: string;
  /** Keys and values to try, as typed. */
  readonly grid: readonly string[];
  /** Runs of every combination. */
  readonly seeds: number;
}

/** The command line, parsed. */
export interface SweepFlags extends SweepRequest, ConductFlags {}

/** Declares the options. */
export function declareSweepFlags(command: Command): Command {
  const own = command
    .requiredOption(
      "--grid <key=values>",
      "values of a key of the configuration, joined by commas (by semicolons where a value has " +
        "commas); may be repeated: every combination is trained",
      collect,
    )
    .option("--seeds <number>", "runs of every combination", positiveNumber, 1)
    .addOption(dataOption())
    .option("--out <directory>", "folder of the runs and of sweep.md", "sweep");
  return declareExperimentOptions(declareSystemOptions(own), "the table");
}
