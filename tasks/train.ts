/**
 * `deno task train`: a dataset directory → a run directory.
 *
 * @module
 */
import { basename, join } from "node:path";
import type { TrainConfig } from "../model/config/config.ts";
import { startEngine } from "../model/engine/engine.ts";
import { describeEngine } from "../model/layers/recurrence/choose.ts";
import {
  applyRequest,
  type ConfigRequest,
  presets,
  resolveConfig,
} from "../model/config/presets.ts";
import { showProgress } from "./cli/train_progress.ts";
import { isRun, openRun, type Run } from "../model/run/run.ts";
import { trainRun } from "../model/run/train_run.ts";
import { type Dataset, openDataset } from "../pipeline/dataset/open.ts";
import {
  collect,
  createCommand,
  integer,
  InvalidArgumentError,
  Option,
  runCommand,
} from "./cli/command.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { showInstall } from "./cli/install_progress.ts";

/** The command line of `deno task train`, parsed. */
interface TrainOptions extends ConfigRequest {
  readonly data: string;
  readonly out?: string;
  readonly resume?: "last" | "previous" | true;
  readonly anyEngine?: boolean;
  readonly ignoreMemory?: boolean;
  readonly engine: "auto" | "tensorflow" | "cuda" | "wasm";
  readonly checkpointMinutes: number;
}

const command = createCommand("train", "Trains a model on a dataset that deno task prepare made.")
  .option("--data <directory>", "dataset directory", "data/top50")
  .option("--out <directory>", "run directory (default: runs/<dataset>-<model>)")
  .option(
    "--preset <name>",
    `${
      Object.keys(presets).join(", ")
    } (default: mimic3-full for a full label set, else mimic3-50)`,
  )
  .option("--model <name>", "system to train (default: marn)")
  .option("--base <name>", "base encoder of the paper's blocks: --mtl, --ram, --loss focal")
  .option("--mtl", "with both label branches")
  .option("--no-mtl", "with the target's label branch alone")
  .option("--ram", "with the recalibrated aggregation module")
  .option("--no-ram", "without it")
  .option("--loss <name>", "focal, focal-balanced or bce")
  .addOption(new Option("--target <labels>", "label set to monitor").choices(["icd", "ccs"]))
  .option("--epochs <number>", "most passes over the training split", integer)
  .option("--seed <number>", "seed of every random draw", integer)
  .option("--set <key=value>", "change one key of the configuration; may be repeated", collect)
  .addOption(
    new Option("--resume [checkpoint]", "go on with the run in --out, from its last checkpoint")
      .choices(["last", "previous"]),
  )
  .option("--any-engine", "resume on another engine than the run was begun on")
  .addOption(
    new Option("--engine <name>", "what computes").default("auto")
      .choices(["auto", "tensorflow", "cuda", "wasm"]),
  )
  .option("--checkpoint-minutes <number>", "minutes between checkpoints in an epoch", minutes, 10)
  .option("--ignore-memory", "train even if the estimate of a step's memory is more than is free")
  .action(run);

if (import.meta.main) await runCommand(command, Deno.args);

async function run(options: TrainOptions): Promise<void> {
  const dataset = await openDataset(options.data);
  const { directory, config, run } = await plan(options, dataset);
  const engine = await startEngine({ engine: options.engine, progress: showInstall() });
  const { train, dev } = dataset.manifest.documents;
  console.error(
    `${run ? "resuming" : "training"} ${config.model.name} on ${train} documents of ` +
      `${options.data} (${dev} dev), engine ${describeEngine(engine)}, run ${directory}`,
  );
  if (run && options.anyEngine && run.engine.name !== engine.name) {
    console.error(`begun on ${run.engine.name}: results may differ from a run on one engine`);
  }
  using interrupts = listenForInterrupts();
  const { state, finished } = await trainRun({
    ...{ dataset, directory, config, engine },
    ...(run ? { resume: options.resume === "previous" ? "previous" : "last" } : {}),
    anyEngine: options.anyEngine ?? false,
    ignoreMemory: options.ignoreMemory ?? false,
    checkpointSeconds: options.checkpointMinutes * 60,
    observers: [showProgress({ epochs: config.epochs })],
    interrupt: interrupts.signal,
  });
  if (!finished) {
    console.error(
      `stopped after step ${state.step}; go on with: ` +
        `deno task train --data ${options.data} --out ${directory} --resume`,
    );
    Deno.exit(interrupts.exitCode);
  }
  const { best, bestEpoch } = state.stopping;
  console.log(
    `dev ${config.monitor} ${best?.toFixed(4)} in epoch ${bestEpoch + 1} of ${state.epoch}\n` +
      `evaluate it with: deno task evaluate --run ${directory} --data ${options.data}`,
  );
}

/** Where to train, and how: the saved run's configuration where there is one to go on with. */
async function plan(
  options: TrainOptions,
  dataset: Dataset,
): Promise<{ directory: string; config: TrainConfig; run: Run | undefined }> {
  const preset = dataset.manifest.labelSet === "full" ? "mimic3-full" : "mimic3-50";
  const system = options.model ?? options.base;
  const directory = options.out ?? join("runs", `${basename(options.data)}-${system ?? "marn"}`);
  const run = options.resume && await isRun(directory) ? await openRun(directory) : undefined;
  if (options.resume && !run) console.error(`no run in ${directory} yet: starting one`);
  const config = run && !options.preset && !system
    ? applyRequest(run.config, options)
    : resolveConfig({ preset, ...options });
  return { directory, config, run };
}

function minutes(value: string): number {
  const number = Number(value);
  if (value.trim() !== "" && number >= 0) return number;
  throw new InvalidArgumentError("expected a number from 0");
}
