/**
 * `deno task train`: a dataset directory → a run directory.
 *
 * @module
 */
import { dryRun } from "../model/run/dry_run.ts";
import type { TrainRequest } from "../model/run/train_request.ts";
import { trainRun } from "../model/run/train_run.ts";
import { openDataset } from "../pipeline/dataset/open.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { sayWhatIsUnchecked } from "./cli/earlier_run.ts";
import { openEngine } from "./cli/engine.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { insist, print, say } from "./cli/print.ts";
import { showBeginning, showTrainProgress } from "./cli/train_progress.ts";
import { writeTrainedCard } from "./report/model_card.ts";
import { declareTrainFlags, type TrainFlags } from "./train/flags.ts";
import { planTraining } from "./train/plan.ts";
import { joinRanks } from "./train/ranks.ts";
import {
  beginningLines,
  dryRunJson,
  formatDryRun,
  idleWarnings,
  stoppedLine,
  trainedLines,
  trainingJson,
} from "./train/words.ts";

const command = declareTrainFlags(
  createCommand("train", "Trains a model on a dataset that deno task prepare made."),
).action(train);

if (import.meta.main) await runCommand(command, Deno.args);

async function train(flags: TrainFlags): Promise<void> {
  const parallel = joinRanks(flags);
  const dataset = await openDataset(flags.data);
  const plan = await planTraining(flags, dataset.manifest);
  const { directory, config, run, chosen } = plan;
  if (flags.resume === true && !run) say(`no run in ${directory} yet: starting one`);
  if (run) sayWhatIsUnchecked(run);
  if (chosen) say(chosen);
  const engine = await openEngine(flags.engine);
  beginningLines(plan, dataset, engine, flags).forEach(say);
  if (!parallel?.ranks.rank) idleWarnings(plan, flags).forEach(insist);
  using interrupts = listenForInterrupts();
  const request: TrainRequest = {
    dataset,
    directory,
    config,
    engine,
    init: flags.init,
    resume: flags.resume === true ? "last" : flags.resume,
    anyEngine: flags.anyEngine,
    ignoreMemory: flags.ignoreMemory,
    checkpointSeconds: flags.checkpointMinutes * 60,
    interrupt: interrupts.signal,
    parallel,
  };
  if (flags.dryRun) {
    const done = await dryRun({ ...request, observers: [showBeginning()] });
    if (!done) Deno.exit(interrupts.exitCode);
    return print(flags.json ? dryRunJson(done) : formatDryRun(done));
  }
  const observers = [showTrainProgress({ epochs: config.epochs })];
  const outcome = await trainRun({ ...request, observers });
  parallel?.ranks.finish();
  if (parallel && parallel.ranks.rank > 0) Deno.exit(interrupts.exitCode ?? 0);
  await writeTrainedCard(directory, dataset);
  if (flags.json) print(trainingJson(plan, flags.data, outcome));
  if (!outcome.finished) {
    insist(stoppedLine(plan, outcome, flags));
    Deno.exit(interrupts.exitCode);
  }
  if (!flags.json) print(trainedLines(plan, outcome, flags));
}
