/**
 * What is said of a training before its first step and in the end, and of a dry run.
 *
 * @module
 */
import { differingKeys, flatten } from "../../model/config/config.ts";
import { isIdle } from "../../model/config/idle_keys.ts";
import type { Engine } from "../../model/engine/engine.ts";
import { describeEngine } from "../../model/layers/recurrence/choose.ts";
import type { DryRun } from "../../model/run/dry_run.ts";
import type { TrainState } from "../../model/train/train_state.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { counted, formatBytes, formatDuration, formatWhole, quoteArgument } from "../cli/format.ts";
import { bestEpochLine } from "../cli/train_progress.ts";
import type { TrainFlags } from "./flags.ts";
import type { TrainPlan } from "./plan.ts";

/** What is trained, on what, where; and what of a run that goes on is not as it was. */
export function beginningLines(
  { directory, config, run }: TrainPlan,
  { directory: data, manifest: { documents } }: Dataset,
  engine: Engine,
  { anyEngine, dryRun }: Pick<TrainFlags, "anyEngine" | "dryRun">,
): string[] {
  const doing = dryRun ? "trying" : run ? "resuming" : "training";
  const lines = [
    `${doing} ${config.model.name} on ${documents.train} documents of ${data} (${documents.dev} dev), ` +
    `engine ${describeEngine(engine)}, run ${directory}`,
  ];
  if (!run) return lines;
  const [before, after] = [flatten(run.config), flatten(config)];
  const changes = differingKeys(run.config, config)
    .map((key) => `${key} ${after.get(key)} instead of ${before.get(key)}`);
  if (changes.length > 0) lines.push(`going on with ${changes.join(", ")}`);
  if (anyEngine && run.engine.name !== engine.name) {
    lines.push(`begun on ${run.engine.name}: results may differ from a run on one engine`);
  }
  return lines;
}

/** A warning for each key that `--set` changes and that changes nothing. */
export function idleWarnings(
  { config }: Pick<TrainPlan, "config">,
  { set = [] }: Pick<TrainFlags, "set">,
): string[] {
  const keys = new Set(set.map((text) => text.split("=", 1)[0]!));
  return [...keys].filter((key) => isIdle(config, key))
    .map((key) => `warning: --set ${key} changes nothing here; leave it out`);
}

/** Where a training was stopped, and how it goes on. */
export function stoppedLine(
  { directory }: Pick<TrainPlan, "directory">,
  { state }: { readonly state: Pick<TrainState, "step"> },
  { data, launcher }: Pick<TrainFlags, "data" | "launcher">,
): string {
  const command = `deno task train --data ${quoteArgument(data)} --out ${quoteArgument(directory)}`;
  const together = launcher ? ` --launcher ${launcher}` : "";
  return `stopped after step ${state.step}; go on with: ${command} --resume${together}`;
}

/** The best epoch of a training that has ended, and how it is evaluated. */
export function trainedLines(
  { directory, config }: Pick<TrainPlan, "directory" | "config">,
  { state }: { readonly state: TrainState },
  { data }: Pick<TrainFlags, "data">,
): string {
  return `${bestEpochLine(config.monitor, state)}\nevaluate it with: ` +
    `deno task evaluate --run ${quoteArgument(directory)} --data ${quoteArgument(data)}`;
}

/** A line for each thing that was tried. */
export function formatDryRun({ step, epochSteps, scored, checkpointBytes }: DryRun): string {
  const { documents, tokens, seconds, loss } = step;
  const epoch = formatDuration(epochSteps * seconds);
  return [
    `step: the largest batch, ${counted(documents, "document")} of ${
      formatWhole(tokens)
    } tokens in ` +
    `all: loss ${loss.toPrecision(4)}, ${seconds.toFixed(1)} s`,
    `epoch: ${counted(epochSteps, "step")}, ${epoch} at most`,
    `dev: ${counted(scored, "document")} scored`,
    `checkpoint: ${formatBytes(checkpointBytes)}, written and read back`,
    "nothing of it is kept",
  ].join("\n");
}

/** What a dry run found, for programs. */
export function dryRunJson({ step, ...found }: DryRun): string {
  const { documents, tokens, loss, seconds } = step;
  return JSON.stringify({ step: { documents, tokens, loss, seconds }, ...found }, null, 2);
}

/** Where a training stands when it ends, for programs: epochs count from 1. */
export function trainingJson(
  { directory, config }: TrainPlan,
  data: string,
  { state, finished }: { readonly state: TrainState; readonly finished: boolean },
): string {
  const { best, bestEpoch } = state.stopping;
  return JSON.stringify(
    {
      run: directory,
      data,
      finished,
      steps: state.step,
      epochs: state.epoch,
      monitor: config.monitor,
      best: best === null ? null : { value: best, epoch: bestEpoch + 1 },
    },
    null,
    2,
  );
}
