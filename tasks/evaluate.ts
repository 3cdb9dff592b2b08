/**
 * `deno task evaluate`: a run directory → metrics, predictions and a report in it.
 *
 * @module
 */
import { join } from "node:path";
import { BASELINES } from "../model/baselines/baselines.ts";
import { metricsPath } from "../model/run/metrics_file.ts";
import { describeEngine } from "../model/layers/recurrence/choose.ts";
import { locateDataset, openRun } from "../model/run/run.ts";
import { openDataset } from "../pipeline/dataset/open.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { sayWhatIsUnchecked } from "./cli/earlier_run.ts";
import { openEngine } from "./cli/engine.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { print, say } from "./cli/print.ts";
import { showProgress } from "./cli/progress.ts";
import { declareEvaluateFlags, type EvaluateFlags } from "./evaluate/flags.ts";
import { formatHeadline } from "./report/evaluation.ts";
import { reportRun } from "./report/report_run.ts";

const about =
  "Evaluates a run: metrics.json, report.html, report.md and predictions/ in its directory.";
const command = declareEvaluateFlags(createCommand("evaluate", about)).action(evaluate);

if (import.meta.main) await runCommand(command, Deno.args);

async function evaluate(flags: EvaluateFlags): Promise<void> {
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
  print(
    flags.json
      ? (await Deno.readTextFile(metricsPath(run.directory))).trimEnd()
      : formatHeadline(report),
  );
  say(`every metric: ${join(run.directory, "report.html")}`);
}
