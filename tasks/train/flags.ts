/**
 * The command line of `deno task train`.
 *
 * @module
 */
import type { Command } from "commander";
import type { ConfigRequest } from "../../model/config/presets.ts";
import type { EngineName } from "../../model/engine/engine.ts";
import { declareConfigOptions } from "../cli/config_options.ts";
import { refuseIdle } from "../cli/idle_options.ts";
import {
  anyEngineOption,
  choiceOption,
  dataOption,
  engineOption,
  ignoreMemoryOption,
  jsonOption,
} from "../cli/options.ts";
import { minutes } from "../cli/values.ts";

/** The command line of `train`, parsed. */
export interface TrainFlags extends ConfigRequest {
  readonly data: string;
  readonly out?: string;
  /** True for `--resume` alone. */
  readonly resume?: "last" | "previous" | true;
  /** A safetensors file, whose weights are the first ones. */
  readonly init?: string;
  readonly anyEngine?: true;
  readonly ignoreMemory?: true;
  readonly engine: EngineName;
  readonly checkpointMinutes: number;
  readonly dryRun?: true;
  readonly json?: true;
  readonly launcher?: "mpi";
  readonly syncBatchNorm?: true;
}

/** Declares the options of `train`. */
export function declareTrainFlags(command: Command): Command {
  const declared = declareConfigOptions(
    command
      .addOption(dataOption())
      .option("--out <directory>", "run directory (default: runs/<dataset>-<model>)"),
  )
    .option("--init <file>", "start from the weights of a safetensors file, under PyTorch's names")
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
    .addOption(ignoreMemoryOption())
    .addOption(
      choiceOption("--launcher <name>", "what started several of these to train together", ["mpi"]),
    )
    .option("--sync-batch-norm", "with --launcher: statistics of the whole batch, not of each part")
    .option("--dry-run", "take one step of everything, the largest, and leave nothing behind")
    .addOption(jsonOption("what was reached"));
  return refuseIdle(declared, [
    { options: ["--any-engine"], without: "--resume" },
    { options: ["--checkpoint-minutes"], beside: "--dry-run" },
  ]);
}
