/**
 * `deno task evaluate`: a run directory → metrics, predictions and a report in it.
 *
 * @module
 */
import { join } from "node:path";
import { BASELINES } from "../model/baselines/baselines.ts";
import { EVIDENCE_PAGE, EVIDENCE_RECORD, REPORT_PAGE } from "../model/run/contents.ts";
import { METRICS_FILE } from "../model/run/metrics_file.ts";
import { describeEngine } from "../model/layers/recurrence/choose.ts";
import { locateDataset, openRun, type Run } from "../model/run/run.ts";
import { openDataset } from "../pipeline/dataset/open.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { sayWhatIsUnchecked } from "./cli/earlier_run.ts";
import { openEngine } from "./cli/engine.ts";
import { listenForInterrupts } from "./cli/interrupt.ts";
import { quoteArgument } from "./cli/format.ts";
import { print, say } from "./cli/print.ts";
import { showProgress } from "./cli/progress.ts";
import { declareEvaluateFlags, type EvaluateFlags } from "./evaluate/flags.ts";
import { formatHeadline } from "./report/evaluation.ts";
import { overallTable } from "./report/evidence_tables.ts";
import { reportEvidence } from "./report/report_evidence.ts";
import { reportRun } from "./report/report_run.ts";
import { formatMarkdown } from "./report/table.ts";

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
  const common = {
    run,
    dataset,
    engine: describeEngine(engine),
    splits: flags.split,
    progress,
    interrupt: interrupts.signal,
  };
  if (flags.evidence || flags.notes) {
    const work = reportEvidence({ ...common, evidence: flags.evidence, notes: flags.notes });
    const words = await interrupts.unlessStopped(work, "stopped; nothing of it was kept");
    print(
      flags.json
        ? await readWritten(run, EVIDENCE_RECORD)
        : formatMarkdown(overallTable(words.evaluation.choosers)),
    );
    return say(`every figure: ${join(run.directory, EVIDENCE_PAGE)}`);
  }
  const report = await interrupts.unlessStopped(
    reportRun({
      ...common,
      baselines: flags.baselines ? BASELINES : [],
      resamples: flags.bootstrap,
      threshold: flags.threshold,
      promise: flags.precision === undefined
        ? undefined
        : { precision: flags.precision, confidence: flags.confidence },
      scores: flags.scores,
    }),
    "stopped; nothing of the evaluation was kept but the predictions written so far",
  );
  print(flags.json ? await readWritten(run, METRICS_FILE) : formatHeadline(report));
  say(`every metric: ${join(run.directory, REPORT_PAGE)}`);
  say(`code a note with: deno task predict --run ${quoteArgument(run.directory)} note.txt`);
}

/** The text of what was just written into the run. */
async function readWritten({ directory }: Run, file: string): Promise<string> {
  return (await Deno.readTextFile(join(directory, file))).trimEnd();
}
