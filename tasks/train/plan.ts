/**
 * What `deno task train` is asked for: where to train, and how.
 *
 * @module
 */
import { basename, join } from "node:path";
import type { TrainConfig } from "../../model/config/config.ts";
import {
  applyRequest,
  type ConfigRequest,
  publishedPreset,
  resolveConfig,
} from "../../model/config/presets.ts";
import { isRun } from "../../model/run/record.ts";
import { openRun, type Run } from "../../model/run/run.ts";
import type { Manifest } from "../../pipeline/manifest.ts";
import type { TrainFlags } from "./flags.ts";

/** A training that can begin, as a command line of `train` asks for it. */
export interface TrainPlan {
  /** The run's directory, asked for or by default. */
  readonly directory: string;
  readonly config: TrainConfig;
  /** The run to go on with; undefined where a new one is to begin. */
  readonly run: Run | undefined;
  /** Which preset was taken where the command line names none, and why. */
  readonly chosen?: string | undefined;
}

/** What is read of a dataset's manifest to choose a preset. */
export type DatasetFacts = Pick<Manifest, "labelSet"> & {
  readonly options: Pick<Manifest["options"], "source">;
};

/**
 * The run directory and configuration that the command line asks for: the saved run's configuration
 * where there is one to go on with, unless a preset or system is named.
 *
 * @param dataset decides the preset where none is named.
 * @throws {UsageError} where the configuration asked for is none.
 */
export async function planTraining(flags: TrainFlags, dataset: DatasetFacts): Promise<TrainPlan> {
  const system = flags.model ?? flags.base;
  const directory = flags.out ?? join("runs", `${basename(flags.data)}-${system ?? "marn"}`);
  const run = flags.resume && await isRun(directory) ? await openRun(directory) : undefined;
  if (run && !flags.preset && !system) {
    return { directory, run, config: applyRequest(run.config, flags) };
  }
  return { directory, run, ...requestConfig(flags, dataset) };
}

/** The configuration of a new run, by which preset. Throws {@linkcode UsageError}. */
export function requestConfig(
  request: ConfigRequest,
  dataset: DatasetFacts,
): Pick<TrainPlan, "config" | "chosen"> & { readonly preset: string } {
  const { preset, why } = choosePreset(request, dataset);
  return {
    config: resolveConfig({ ...request, preset }),
    preset,
    chosen: why && `taking --preset ${preset}: ${why}`,
  };
}

/** The preset that is named; else that of the label set on MIMIC-III, and that for small corpora on others. */
function choosePreset({ preset }: ConfigRequest, { labelSet, options }: DatasetFacts) {
  if (preset !== undefined) return { preset };
  const published = publishedPreset(labelSet);
  if (options.source === "mimic3") {
    return { preset: published, why: `the label set ${labelSet} of MIMIC-III, as in the paper` };
  }
  return {
    preset: "codiesp",
    why:
      "the dataset is a corpus of one's own, of some hundreds or thousands of notes as it is made " +
      `for; ${published} trains as the paper does on tens of thousands`,
  };
}
