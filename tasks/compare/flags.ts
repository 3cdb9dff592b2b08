/**
 * The command line of `deno task compare`.
 *
 * @module
 */
import type { Command } from "commander";
import { METRICS } from "../../model/metrics/names.ts";
import { presetOption, setOption } from "../cli/config_options.ts";
import { choiceOption, dataOption, taskOption } from "../cli/options.ts";
import { positiveNumber } from "../cli/values.ts";
import type { ConductFlags } from "../experiment/conduct.ts";
import { declareExperimentOptions } from "../experiment/flags.ts";
import type { ComparisonRequest } from "./comparison.ts";

/** The command line, parsed. */
export interface CompareFlags extends ComparisonRequest, ConductFlags {}

/** Declares the options. */
export function declareCompareFlags(command: Command): Command {
  const own = command
    .addOption(dataOption())
    .option("--models <names>", "systems, joined by commas (default: all)")
    .option("--seeds <number>", "runs of every system", positiveNumber, 1)
    .option("--out <directory>", "folder of the runs and of leaderboard.md", "compare")
    .option("--against <name>", "system that p-values compare with (default: MARN, or the first)")
    .addOption(
      choiceOption("--sort <metric>", "what the leaderboard is sorted by", METRICS)
        .default("micro_f1"),
    )
    .addOption(taskOption("--target <labels>", "label set that it is about").default("icd"))
    .addOption(presetOption("small unless it is MIMIC-III: the same short training for all"))
    .addOption(setOption("change a key in every run whose system has it; may be repeated"));
  return declareExperimentOptions(own, "the leaderboard");
}
