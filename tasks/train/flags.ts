/**
 * The command line of `deno task train`.
 *
 * @module
 */
import type { Command } from "commander";
import type { ConfigRequest } from "../../model/config/presets.ts";
import type { EngineName } from "../../model/engine/engine.ts";
import { epochsOption, presetOption, setOption } from "../cli/config_options.ts";
import {
  anyEngineOption,
  choiceOption,
  engineOption,
  ignoreMemoryOption,
  taskOption,
} from "../cli/options.ts";
import { integer, minutes } from "../cli/values.ts";

/** The command line, parsed. */
export interface TrainFlags extends ConfigRequest {
  readonly data: string;
  readonly out?: string;
  /** True for `--resume` alone. */
  readonly resume?: "last" | "previous" | true;
  readonly anyEngine?: true;
  readonly ignoreMemory?: true;
  readonly engine: EngineName;
  readonly checkpointMinutes: number;
}

/** Declares the options. */
export function declareTrainFlags(command: Command): Command {
  return command
    .option("--data <directory>", "dataset directory", "data/top50")
    .option("--out <directory>", "run directory (default: runs/<dataset>-<model>)")
    .addOption(presetOption("by the dataset: mimic3-50 or mimic3-full, else codiesp"))
    .option("--model <name>", "system to train (default: marn)")
    .option("--base <name>", "base encoder of the paper's blocks: --mtl, --ram, --loss focal")
    .option("--mtl", "with both label branches")
    .option("--no-mtl", "with the target's label branch alone")
    .option("--ram", "with the recalibrated aggregation module")
    .option("--no-ram", "without it")
    .option("--loss <name>", "focal, focal-balanced or bce")
    .addOption(taskOption("--target <labels>", "label set to monitor"))
    .addOption(epochsOption())
    .option("--seed <number>", "seed of every random draw", integer)
    .addOption(setOption())
    .addOption(
      choiceOption(
        "--resume [checkpoint]",
        "go on with the run in --out, from its last checkpoint",
        ["last", "previous"],
      ),
    )
    .addOption(anyEngineOption("resume on another engine than the run was begun on"))
    .addOption(engineOption())
    .option("--checkpoint-minutes <number>", "minutes between checkpoints in an epoch", minutes, 10)
    .addOption(ignoreMemoryOption());
}
