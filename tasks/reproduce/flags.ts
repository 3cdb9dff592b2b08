/**
 * The command line of `deno task reproduce`.
 *
 * @module
 */
import type { Command } from "commander";
import { DATA_FIGURES } from "../analyze/choose.ts";
import { presetOption, setOption } from "../cli/config_options.ts";
import { refuseIdle } from "../cli/idle_options.ts";
import { choiceOption } from "../cli/options.ts";
import { integer } from "../cli/values.ts";
import { PROTOCOLS } from "../experiment/experiment.ts";
import type { ConductFlags } from "../experiment/conduct.ts";
import { declareExperimentOptions } from "../experiment/flags.ts";
import type { ReproductionRequest } from "./plan_reproduction.ts";

/** The command line, parsed. */
export interface ReproduceFlags extends ReproductionRequest, ConductFlags {}

/** About runs, of which the figures of data have none. */
const OF_RUNS = [
  "--seeds",
  "--protocol",
  "--models",
  "--preset",
  "--set",
  "--engine",
  "--any-engine",
  "--ignore-memory",
  "--slurm",
  "--sbatch",
  "--only",
  "--json",
];

/** Declares the options. */
export function declareReproduceFlags(command: Command): Command {
  const own = command
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
    .addOption(setOption("change a key in every run whose system has it; may be repeated"));
  return refuseIdle(declareExperimentOptions(own, "the table"), [
    { options: OF_RUNS, beside: "--figure", values: DATA_FIGURES },
  ]);
}
