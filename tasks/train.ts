/**
 * `deno task train`: a dataset directory → a run directory.
 *
 * @module
 */
import { differingKeys, flatten, type TrainConfig } from "../model/config/config.ts";
import { describeEngine } from "../model/layers/recurrence/choose.ts";
import type { Run } from "../model/run/run.ts";
import { trainRun } from "../model/run/train_run.ts";
import { openDataset } from "../pipeline/dataset/open.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { sayWhatIsUnchecked } from "./cli/earlier_run.ts";
import { openEngine } from "./cli/engine.ts";
import { quoteArgument } from "./cli/format.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { print, say } from "./cli/print.ts";
import { bestEpochLine, showTrainProgress } from "./cli/train_progress.ts";
import { declareTrainFlags, type TrainFlags } from "./train/flags.ts";
import { planTraining } from "./train/plan.ts";

const command = declareTrainFlags(
  createCommand("train", "Trains a model on a dataset that deno task prepare made."),
).action(train);

if (import.meta.main) await runCommand(command, Deno.args);

/** What is said of a run that goes on, before it does. */
function sayWhatChanges(run: Run, config: TrainConfig): void {
  sayWhatIsUnchecked(run);
  const [before, after] = [flatten(run.config), flatten(config)];
  const changes = differingKeys(run.config, config)
    .map((key) => `${key} ${after.get(key)} instead of ${before.get(key)}`);
  if (changes.length > 0) say(`going on with ${changes.join(", ")}`);
}

async function train(flags: TrainFlags): Promise<void> {
  const dataset = await openDataset(flags.data);
  const { directory, config, run, chosen } = await planTraining(flags, dataset.manifest);
  if (flags.resume === true && !run) say(`no run in ${directory} yet: starting one`);
  if (run) sayWhatChanges(run, config);
  if (chosen) say(chosen);
  const engine = await openEngine(flags.engine);
  const { documents } = dataset.manifest;
  say(
    `${run ? "resuming" : "training"} ${config.model.name} on ${documents.train} documents of ` +
      `${flags.data} (${documents.dev} dev), engine ${describeEngine(engine)}, run ${directory}`,
  );
  if (run && flags.anyEngine && run.engine.name !== engine.name) {
    say(`begun on ${run.engine.name}: results may differ from a run on one engine`);
  }
  const [data, out] = [flags.data, directory].map(quoteArgument);
  using interrupts = listenForInterrupts();
  const { state, finished } = await trainRun({
    dataset,
    directory,
    config,
    engine,
    resume: flags.resume === true ? "last" : flags.resume,
    anyEngine: flags.anyEngine,
    ignoreMemory: flags.ignoreMemory,
    checkpointSeconds: flags.checkpointMinutes * 60,
    observers: [showTrainProgress({ epochs: config.epochs })],
    interrupt: interrupts.signal,
  });
  if (!finished) {
    say(
      `stopped after step ${state.step}; go on with: ` +
        `deno task train --data ${data} --out ${out} --resume`,
    );
    Deno.exit(interrupts.exitCode);
  }
  print(
    `${bestEpochLine(config.monitor, state)}\n` +
      `evaluate it with: deno task evaluate --run ${out} --data ${data}`,
  );
}
