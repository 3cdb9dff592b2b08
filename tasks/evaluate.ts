/**
 * `deno task evaluate`: a run directory → metrics, predictions and a report in it.
 *
 * @module
 */
import { Option } from "commander";
import { join } from "node:path";
import { BASELINES } from "../model/baselines/baselines.ts";
import type { EngineName } from "../model/engine/engine.ts";
import { describeEngine } from "../model/layers/recurrence/choose.ts";
import { locateDataset, openRun } from "../model/run/run.ts";
import { openDataset } from "../pipeline/dataset/open.ts";
import type { Split } from "../pipeline/schema.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { sayWhatIsUnchecked } from "./cli/earlier_run.ts";
import { openEngine } from "./cli/engine.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { engineOption, runOption, thresholdOption } from "./cli/options.ts";
import { print, say } from "./cli/print.ts";
import { showProgress } from "./cli/progress.ts";
import { naturalNumber, share, splitNames } from "./cli/values.ts";
import { formatHeadline } from "./report/evaluation.ts";
import { reportRun } from "./report/report_run.ts";

interface Flags {
  readonly run: string;
  readonly data?: string;
  readonly split: readonly Split[];
  readonly baselines?: true;
  readonly scores?: true;
  readonly bootstrap: number;
  readonly threshold?: number;
  readonly precision?: number;
  readonly confidence: number;
  readonly engine: EngineName;
}

const usual: readonly Split[] = ["dev", "test"];
const about = "Evaluates a run: metrics.json, report.md and predictions/ in its directory.";
const command = createCommand("evaluate", about)
  .addOption(runOption())
  .option("--data <directory>", "its dataset directory (default: where it was when training began)")
  .addOption(
    new Option("--split <names>", "some of train, dev and test, joined by commas")
      .argParser(splitNames).default(usual, usual.join()),
  )
  .option("--baselines", "evaluate code frequency and bag-of-words logistic regression beside it")
  .option("--scores", "write all probabilities, predictions/<split>.scores.safetensors")
  .option("--bootstrap <number>", "resamples for the intervals; 0 for none", naturalNumber, 1000)
  .addOption(thresholdOption("decide by it instead of the one tuned on dev"))
  .option("--precision <share>", "find codes that may be accepted unseen, so many right", share)
  .option("--confidence <share>", "how sure that promise is to be", share, 0.9)
  .addOption(engineOption())
  .action(evaluate);

if (import.meta.main) await runCommand(command, Deno.args);

async function evaluate(flags: Flags): Promise<void> {
  const run = await openRun(flags.run);
  sayWhatIsUnchecked(run);
  const dataset = await openDataset(flags.data ?? await locateDataset(run));
  const engine = await openEngine(flags.engine);
  using progress = showProgress();
  using interrupts = listenForInterrupts();
  const report = await interrupts.unlessStopped(
    reportRun({
      run,
      dataset,
      engine: describeEngine(engine),
      splits: flags.split,
      baselines: flags.baselines ? BASELINES : [],
      resamples: flags.bootstrap,
      threshold: flags.threshold,
      promise: flags.precision === undefined
        ? undefined
        : { precision: flags.precision, confidence: flags.confidence },
      scores: flags.scores,
      progress,
      interrupt: interrupts.signal,
    }),
    "stopped; nothing of the evaluation was kept but the predictions written so far",
  );
  print(formatHeadline(report));
  say(`every metric: ${join(run.directory, "report.md")}`);
}
