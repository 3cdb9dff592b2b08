/**
 * What `deno task train` is asked for: where to train, and how.
 *
 * @module
 */
import { basename, join } from "node:path";
import type { TrainConfig } from "../../model/config/config.ts";
import { applyRequest, resolveConfig } from "../../model/config/presets.ts";
import { isRun } from "../../model/run/record.ts";
import { openRun, type Run } from "../../model/run/run.ts";
import type { TrainFlags } from "./flags.ts";

/** A training that can begin. */
export interface TrainPlan {
  /** Run directory. */
  readonly directory: string;
  readonly config: TrainConfig;
  /** The run to go on with; undefined where a new one is to begin. */
  readonly run: Run | undefined;
}

/**
 * The run directory and configuration that the command line asks for: the saved run's configuration
 * where there is one to go on with, unless a preset or system is named.
 *
 * @param labelSet that of the dataset, which decides the preset where none is named.
 * @throws {UsageError} where the configuration asked for is none.
 */
export async function planTraining(flags: TrainFlags, labelSet: string): Promise<TrainPlan> {
  const system = flags.model ?? flags.base;
  const directory = flags.out ?? join("runs", `${basename(flags.data)}-${system ?? "marn"}`);
  const run = flags.resume && await isRun(directory) ? await openRun(directory) : undefined;
  const preset = flags.preset ?? (labelSet === "full" ? "mimic3-full" : "mimic3-50");
  const config = run && !flags.preset && !system
    ? applyRequest(run.config, flags)
    : resolveConfig({ ...flags, preset });
  return { directory, config, run };
}
